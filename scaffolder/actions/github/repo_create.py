"""``github:repo:create``: a new repository, and nothing pushed to it."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.properties import PUBLISHED, REPOSITORY, chosen, schema
from scaffolder.actions.github.repository import open_repository
from scaffolder.actions.github.settings import make_repository

EXAMPLES = (
    Example(
        "Make an empty repository",
        """steps:
  - id: create
    name: Create the repository
    action: github:repo:create
    input:
      repoUrl: github.com?owner=acme&repo=cart
      description: The shopping cart
""",
    ),
    Example(
        "Make a repository with a README, whose workflows the whole organization may use",
        """steps:
  - id: create
    name: Create the repository
    action: github:repo:create
    input:
      repoUrl: github.com?owner=acme&repo=workflows
      repoVisibility: internal
      autoInit: true
      workflowAccess: organization
      hasWiki: false
""",
    ),
)


def create(context: ActionContext) -> None:
    with open_repository(context) as repository:
        made = make_repository(context, repository)
        context.output("remoteUrl", made["clone_url"])
        context.output("repoContentsUrl", f"{made['html_url']}/blob/{made['default_branch'] or 'main'}")


ACTION = Action(
    id="github:repo:create",
    description="Makes a repository on GitHub.",
    run=create,
    input=schema(REPOSITORY, ("repoUrl",)),
    output=schema(chosen(PUBLISHED, "remoteUrl", "repoContentsUrl"), ("remoteUrl", "repoContentsUrl")),
    examples=EXAMPLES,
)
