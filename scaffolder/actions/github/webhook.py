"""``github:webhook``: tell another program what happens in the repository."""

from __future__ import annotations

from typing import Any

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.errors import API_ERRORS
from scaffolder.actions.github.properties import REPO_URL, TOKEN, flag, schema, text
from scaffolder.actions.github.repository import GithubRepository, check_repository, open_repository
from scaffolder.actions.scm.once import make_once

Json = Any
EVENTS = (
    "branch_protection_rule",
    "check_run",
    "check_suite",
    "code_scanning_alert",
    "commit_comment",
    "create",
    "delete",
    "dependabot_alert",
    "deploy_key",
    "deployment",
    "deployment_status",
    "discussion",
    "discussion_comment",
    "fork",
    "github_app_authorization",
    "gollum",
    "installation",
    "installation_repositories",
    "installation_target",
    "issue_comment",
    "issues",
    "label",
    "marketplace_purchase",
    "member",
    "membership",
    "merge_group",
    "meta",
    "milestone",
    "org_block",
    "organization",
    "package",
    "page_build",
    "ping",
    "project",
    "project_card",
    "project_column",
    "projects_v2_item",
    "public",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "push",
    "registry_package",
    "release",
    "repository",
    "repository_dispatch",
    "repository_import",
    "repository_vulnerability_alert",
    "secret_scanning_alert",
    "security_advisory",
    "sponsorship",
    "star",
    "status",
    "team",
    "team_add",
    "watch",
    "workflow_dispatch",
    "workflow_job",
    "workflow_run",
)

EXAMPLES = (
    Example(
        "Tell a program of each push",
        """steps:
  - id: webhook
    name: Make the webhook
    action: github:webhook
    input:
      repoUrl: github.com?owner=acme&repo=cart
      webhookUrl: https://builds.example.com/hooks/github
      webhookSecret: ${{ secrets.hookSecret }}
""",
    ),
    Example(
        "Tell a program of everything, as JSON",
        """steps:
  - id: webhook
    name: Make the webhook
    action: github:webhook
    input:
      repoUrl: github.com?owner=acme&repo=cart
      webhookUrl: https://audit.example.com/github
      events: ['*']
      contentType: json
""",
    ),
)


def create(context: ActionContext) -> None:
    url = context.input["webhookUrl"]
    if context.is_dry_run:
        check_repository(context)
        context.log.info("Dry run complete")
        return
    with open_repository(context) as repository:
        try:
            make_once(
                context,
                "webhook",
                find=lambda: _find(repository, url),
                make=lambda: _create(context, repository),
                taken=f"the repository {repository.full_name} has a webhook for '{url}' already",
            )
        except API_ERRORS as error:
            # As in the reference, a task does not fail for a webhook.
            context.log.warn(f"Failed: create webhook '{url}' on repo: '{repository.name}', {error.message}")
            return
    context.log.info(f"Webhook '{url}' created successfully")


def _find(repository: GithubRepository, url: str) -> Json | None:
    hooks = repository.api.list_all(repository.path("hooks"), doing=f"list the webhooks of {repository.full_name}")
    return next(({"id": hook["id"]} for hook in hooks if hook["config"].get("url") == url), None)


def _create(context: ActionContext, repository: GithubRepository) -> Json:
    given = context.input
    config = {
        "url": given["webhookUrl"],
        "content_type": given.get("contentType", "form"),
        "insecure_ssl": "1" if given.get("insecureSsl") else "0",
    }
    if given.get("webhookSecret"):
        config["secret"] = given["webhookSecret"]
    body = {"config": config, "events": given.get("events", ["push"]), "active": given.get("active", True)}
    return {"id": repository.call("POST", "hooks", body=body, doing="create the webhook in")["id"]}


def _events(items: Json, description: str) -> Json:
    return {"type": "array", "items": {"type": "string", **items}, "description": description}


ACTION = Action(
    id="github:webhook",
    description="Makes a webhook of a repository on GitHub.",
    run=create,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "webhookUrl": text("The address that the events are sent to"),
            "webhookSecret": text("A secret that GitHub signs the events with"),
            "events": {
                "anyOf": [
                    _events({"enum": list(EVENTS)}, "The events that are sent. `push` by default"),
                    _events({"const": "*"}, "`*`, for all events"),
                ],
                "default": ["push"],
            },
            "active": flag("Whether events are sent already", default=True),
            "contentType": text("How events are written", enum=["form", "json"], default="form"),
            "insecureSsl": flag("Whether the certificate of the address may be wrong", default=False),
            "token": TOKEN,
        },
        ("repoUrl", "webhookUrl"),
    ),
    examples=EXAMPLES,
    supports_dry_run=True,
)
