"""``github:pages:enable``: a web site out of the repository."""

from __future__ import annotations

from typing import Any

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.properties import REPO_URL, TOKEN, schema, text
from scaffolder.actions.github.repository import GithubRepository, open_repository
from scaffolder.actions.scm.once import make_once

Json = Any

EXAMPLES = (
    Example(
        "Publish what a workflow builds",
        """steps:
  - id: pages
    name: Switch the site on
    action: github:pages:enable
    input:
      repoUrl: github.com?owner=acme&repo=cart
""",
    ),
    Example(
        "Publish a folder of a branch",
        """steps:
  - id: pages
    name: Switch the site on
    action: github:pages:enable
    input:
      repoUrl: github.com?owner=acme&repo=cart
      buildType: legacy
      sourceBranch: main
      sourcePath: /docs
""",
    ),
)


def enable(context: ActionContext) -> None:
    with open_repository(context) as repository:
        make_once(
            context,
            "pages",
            find=lambda: _find(repository),
            make=lambda: _enable(context, repository),
            taken=f"The repository {repository.full_name} has GitHub Pages already",
        )
    context.log.info(f"GitHub Pages is enabled for {repository.full_name}")


def _find(repository: GithubRepository) -> Json | None:
    found = repository.api.find(repository.path("pages"), doing=f"look for the pages of {repository.full_name}")
    return None if found is None else {"url": found.get("url")}


def _enable(context: ActionContext, repository: GithubRepository) -> Json:
    given = context.input
    source = {"branch": given.get("sourceBranch", "main"), "path": given.get("sourcePath", "/")}
    body = {"build_type": given.get("buildType", "workflow"), "source": source}
    return {"url": repository.call("POST", "pages", body=body, doing="enable GitHub Pages for").get("url")}


ACTION = Action(
    id="github:pages:enable",
    description="Switches GitHub Pages on for a repository.",
    run=enable,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "buildType": text(
                "Whether a `workflow` builds the site, or GitHub does (`legacy`)",
                enum=["legacy", "workflow"],
                default="workflow",
            ),
            "sourceBranch": text("The branch with the site", default="main"),
            "sourcePath": text("The folder with the site", enum=["/", "/docs"], default="/"),
            "token": TOKEN,
        },
        ("repoUrl",),
    ),
    examples=EXAMPLES,
)
