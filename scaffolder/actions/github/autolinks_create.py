"""``github:autolinks:create``: references such as ``TICKET-12`` become links."""

from __future__ import annotations

from typing import Any

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.properties import REPO_URL, TOKEN, flag, schema, text
from scaffolder.actions.github.repository import GithubRepository, open_repository
from scaffolder.actions.scm.once import make_once

Json = Any

EXAMPLES = (
    Example(
        "Link tickets to where they are",
        """steps:
  - id: autolink
    name: Link the tickets
    action: github:autolinks:create
    input:
      repoUrl: github.com?owner=acme&repo=cart
      keyPrefix: TICKET-
      urlTemplate: https://tickets.example.com/browse/TICKET-<num>
      isAlphanumeric: false
""",
    ),
)


def create(context: ActionContext) -> None:
    prefix = context.input["keyPrefix"]
    with open_repository(context) as repository:
        make_once(
            context,
            "autolink",
            find=lambda: _find(repository, prefix),
            make=lambda: _create(context, repository),
            taken=f"The repository {repository.full_name} has an autolink for '{prefix}' already",
        )
    context.log.info(f"References that begin with '{prefix}' are links in {repository.full_name} now")


def _find(repository: GithubRepository, prefix: str) -> Json | None:
    links = repository.api.list_all(repository.path("autolinks"), doing=f"list the autolinks of {repository.full_name}")
    return next(({"id": link["id"]} for link in links if link["key_prefix"] == prefix), None)


def _create(context: ActionContext, repository: GithubRepository) -> Json:
    body = {"key_prefix": context.input["keyPrefix"], "url_template": context.input["urlTemplate"]}
    if context.input.get("isAlphanumeric") is not None:
        body["is_alphanumeric"] = context.input["isAlphanumeric"]
    return {"id": repository.call("POST", "autolinks", body=body, doing="create the autolink in")["id"]}


ACTION = Action(
    id="github:autolinks:create",
    description="Makes references with a prefix into links, in a repository on GitHub.",
    run=create,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "keyPrefix": text("What the references begin with"),
            "urlTemplate": text("Where they lead; `<num>` stands for what follows the prefix"),
            "isAlphanumeric": flag(
                "Whether letters and dashes may follow the prefix too, not digits only", default=True
            ),
            "token": TOKEN,
        },
        ("repoUrl", "keyPrefix", "urlTemplate"),
    ),
    examples=EXAMPLES,
)
