"""Rendering what a task's specification says, with secrets only where an action's input needs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from integrations.registry import ScmIntegrations
from scaffolder.redaction import Redactor
from scaffolder.templating.backstage_filters import default_filters
from scaffolder.templating.context import Context
from scaffolder.templating.render import RenderOptions, render_value
from scaffolder.templating.values import UNDEFINED

SECRET_PATHS = (("secrets",), ("environment", "secrets"))
HIDDEN = "***"


class Renderer:
    """
    ``always()`` and ``failure()`` of conditions are told by ``has_failed``; ``asked_status`` says whether the last
    rendering called one of them. Everything made from a secret is told to the redactor.
    """

    def __init__(
        self,
        *,
        task_id: str,
        parameters: Mapping[str, Any],
        user: Mapping[str, Any],
        environment: Mapping[str, Any],
        environment_secrets: Mapping[str, str],
        secrets: Mapping[str, str],
        integrations: ScmIntegrations,
        redactor: Redactor,
    ) -> None:
        self.has_failed = False
        self.asked_status = False
        self._environment = dict(environment)
        self._environment_secrets = dict(environment_secrets)
        self._secrets = dict(secrets)
        self._options = RenderOptions(
            filters=default_filters(lambda host: _type_of(integrations, host)),
            functions={"always": self._always, "failure": self._failure},
            on_secret=redactor.add,
        )
        self._steps: dict[str, Any] = {}
        self._base = Context.prepare(
            {
                "parameters": dict(parameters),
                "environment": {"parameters": self._environment, "secrets": {}},
                "steps": {},
                "user": dict(user),
                "context": {"task": {"id": task_id}},
            }
        )

    def set_output(self, step_id: str, output: Mapping[str, Any]) -> None:
        """What later steps see of this one."""
        self._base = self._base.with_value(["steps", step_id], {"output": dict(output)})

    def without_secrets(self) -> Context:
        return self._base

    def with_secrets(self) -> Context:
        environment = {"parameters": self._environment, "secrets": self._environment_secrets}
        context = self._base.with_value(["environment"], environment)
        context = context.with_value(["environment", "secrets"], self._environment_secrets, secret=True)
        return context.with_value(["secrets"], self._secrets, secret=True)

    def with_hidden_secrets(self) -> Context:
        """As they appear in the log of a dry run."""
        hidden = {"parameters": self._environment, "secrets": dict.fromkeys(self._environment_secrets, HIDDEN)}
        context = self._base.with_value(["environment"], hidden)
        return context.with_value(["secrets"], dict.fromkeys(self._secrets, HIDDEN))

    def render(self, value: Any, context: Context, *, keep_secrets: bool = False) -> Any:
        """Undefined is UNDEFINED. Raises TemplateRenderError when a limit is exceeded."""
        self.asked_status = False
        return render_value(value, context, options=self._options, keep_secrets=keep_secrets)

    def is_true(self, value: Any, context: Context) -> bool:
        """As a condition: an empty list is false."""
        return is_truthy(self.render(value, context))

    def _always(self, *_: Any) -> bool:
        self.asked_status = True
        return True

    def _failure(self, *_: Any) -> bool:
        self.asked_status = True
        return self.has_failed


def is_truthy(value: Any) -> bool:
    """JavaScript's rule, but that an empty list is false and an empty record is true."""
    if value is None or value is UNDEFINED:
        return False
    if isinstance(value, float) and value != value:
        return False
    return isinstance(value, dict) or bool(value)


def _type_of(integrations: ScmIntegrations, host: str) -> str | None:
    integration = integrations.by_host(host)
    return integration.type if integration else None
