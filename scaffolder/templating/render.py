"""
Rendering: a text with its tags filled in, or values whose texts are.

    context = Context.prepare({"parameters": {"name": "shop"}})
    render("Hello ${{ parameters.name }}", context)     # 'Hello shop'
    render_value({"n": "${{ 1 + 1 }}"}, context)        # {'n': 2}
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from scaffolder.templating.callables import HostFunction
from scaffolder.templating.coercion import render_text
from scaffolder.templating.compiler import CompiledTemplate
from scaffolder.templating.context import Context, imported
from scaffolder.templating.errors import Fault, LimitFault, TemplateRenderError, TimeFault, error_of
from scaffolder.templating.lexer import OPENINGS, Syntax
from scaffolder.templating.limits import DEEPEST_VALUE, Budget, Limits
from scaffolder.templating.macros import captured
from scaffolder.templating.scopes import Env, Function, Run, Scope, new_slots
from scaffolder.templating.taint import Secret, secrets_in, tainted
from scaffolder.templating.template_cache import TEMPLATES
from scaffolder.templating.transfer import Exporter, Importer, detached
from scaffolder.templating.utf16 import from_units, to_units
from scaffolder.templating.values import UNDEFINED, Value, ordered_record


@dataclass(frozen=True)
class RenderOptions:
    """
    How to render.

    ``filters`` and ``functions`` are the host's, called with plain data; ``values`` are its global values.
    ``cookiecutter`` spells values ``{{ }}`` and adds some of Jinja's names and methods. ``on_secret`` is told every
    text made from a secret, of each tag and of the whole; it may be as short as one character.
    """

    filters: Mapping[str, Function] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    cookiecutter: bool = False
    trim_blocks: bool = False
    lstrip_blocks: bool = False
    limits: Limits = field(default_factory=Limits)
    on_secret: Callable[[str], None] | None = None

    @cached_property
    def syntax(self) -> Syntax:
        return Syntax(self.cookiecutter, self.trim_blocks, self.lstrip_blocks)

    @cached_property
    def host_functions(self) -> dict[str, HostFunction]:
        return {name: HostFunction(name, function) for name, function in self.functions.items()}

    @cached_property
    def host_values(self) -> dict[str, Value]:
        values: dict[str, Value] = imported(Importer(), self.values)
        return values


DEFAULT_OPTIONS: Final = RenderOptions()


def render(template: str, context: Context | Mapping[str, Any], *, options: RenderOptions = DEFAULT_OPTIONS) -> str:
    """The template's text. Raises TemplateRenderError if it cannot be read or run."""
    source = to_units(template)
    try:
        compiled = TEMPLATES.get(source, options.syntax)
        env = new_env(compiled, prepared(context), options, deadline(options))
        return str(rendered_text(compiled, env))
    except (Fault, RecursionError) as error:
        raise shown(error, source) from error


def render_value(
    value: Any,
    context: Context | Mapping[str, Any],
    *,
    options: RenderOptions = DEFAULT_OPTIONS,
    keep_secrets: bool = False,
) -> Any:
    """
    The value with every text in it rendered, at any depth; keys stay as they are.

    A text that is one tag and nothing else becomes the tag's value, with its type. One that cannot be read or run
    stays as it was. What is undefined disappears from records, is None in lists and UNDEFINED at the top. The limit
    on time is for all of it together: running into it raises TemplateTimeError. ``keep_secrets`` leaves texts made
    from secrets marked, to be put into another context.
    """
    tree = TreeRenderer(prepared(context), options, deadline(options), keep_secrets)
    return tree.render(value, 1)


@dataclass(frozen=True, slots=True)
class TreeRenderer:
    context: Context
    options: RenderOptions
    deadline: float
    keep_secrets: bool

    def render(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.leaf(value)
        if not isinstance(value, Mapping | list | tuple):
            return value
        if depth > DEEPEST_VALUE:
            raise TemplateRenderError(f"Values cannot be nested deeper than {DEEPEST_VALUE} levels")
        if isinstance(value, Mapping):
            made = {key: self.render(item, depth + 1) for key, item in value.items()}
            return ordered_record({key: item for key, item in made.items() if item is not UNDEFINED})
        items = [self.render(item, depth + 1) for item in value]
        return [None if item is UNDEFINED else item for item in items]

    def leaf(self, text: str) -> Any:
        if not OPENINGS[self.options.syntax.variable_start].search(text):
            return text
        source = to_units(text)
        try:
            return self.leaf_value(TEMPLATES.get(source, self.options.syntax))
        except TimeFault as fault:
            raise error_of(fault, source) from fault
        except (Fault, RecursionError):
            return text

    def leaf_value(self, compiled: CompiledTemplate) -> Any:
        env = new_env(compiled, self.context, self.options, self.deadline)
        if compiled.sole is None:
            text = rendered_text(compiled, env)
            return text if self.keep_secrets else str(text)
        value = compiled.sole(env)
        env.budget.add_output(len(render_text(value, env.budget)))
        if env.run.reveals:
            value = tainted(value, env.budget)
        if self.context.holds_secrets:
            for secret in secrets_in(value, env.budget):
                env.run.secret_shown(from_units(secret))
        return Exporter(env.budget, keep_secrets=self.keep_secrets).copy(value)


def rendered_text(compiled: CompiledTemplate, env: Env) -> str:
    """What the template prints, for the outside; Secret if a secret is in it."""
    text = captured(compiled.body, env)
    result = from_units(text)
    if not (isinstance(text, Secret) or env.run.reveals):
        return result
    env.run.secret_shown(result)
    return Secret(result)


def new_env(compiled: CompiledTemplate, context: Context, options: RenderOptions, until: float) -> Env:
    """The root of a run."""
    budget = Budget(options.limits, until)
    run = Run(
        detached(context.values, budget) if compiled.mutates else context.values,
        budget,
        filters=options.filters,
        functions=options.host_functions,
        values=detached(options.host_values, budget) if compiled.mutates else options.host_values,
        on_secret=options.on_secret,
        tracks_secrets=context.holds_secrets,
    )
    exported = Scope(None, isolated=True)
    slots = new_slots(compiled.frame.count)
    return Env(run, Scope(exported, isolated=True), slots, exported, exports_macros=True, exports_sets=True)


def prepared(context: Context | Mapping[str, Any]) -> Context:
    return context if isinstance(context, Context) else Context.prepare(context)


def deadline(options: RenderOptions) -> float:
    """When the thread's own time for this is over."""
    return time.thread_time() + options.limits.seconds


def shown(error: Fault | RecursionError, source: str) -> TemplateRenderError:
    return error_of(error if isinstance(error, Fault) else LimitFault("Template nesting is too deep"), source)
