"""``github:issues:create``: an issue."""

from __future__ import annotations

from typing import Any

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.properties import REPO_URL, TOKEN, number, schema, text, texts
from scaffolder.actions.github.repository import GithubRepository, check_repository, open_repository
from scaffolder.actions.scm.once import make_once

Json = Any
DRY_RUN_NUMBER = 42
NEWEST_FIRST = "state=all&sort=created&direction=desc"

EXAMPLES = (
    Example(
        "Open an issue",
        """steps:
  - id: issue
    name: Open an issue
    action: github:issues:create
    input:
      repoUrl: github.com?owner=acme&repo=cart
      title: Choose a database
      body: The template chose none.
""",
    ),
    Example(
        "Open an issue for somebody, with labels and a milestone",
        """steps:
  - id: issue
    name: Open an issue
    action: github:issues:create
    input:
      repoUrl: github.com?owner=acme&repo=cart
      title: Choose a database
      assignees: [alice]
      labels: [decision, storage]
      milestone: 2
""",
    ),
)


def create(context: ActionContext) -> None:
    if context.is_dry_run:
        _pretend(context)
        return
    with open_repository(context) as repository:
        newest = context.checkpoint("newest", lambda: _newest(repository))
        issue = make_once(
            context,
            "issue",
            find=lambda: _find(context, repository, newest),
            make=lambda: _create(context, repository),
        )
    context.output("issueUrl", issue["html_url"])
    context.output("issueNumber", issue["number"])
    context.log.info(f"Issue #{issue['number']}: {issue['html_url']}")


def _pretend(context: ActionContext) -> None:
    url = check_repository(context)
    context.log.info(f'Performing dry run of creating issue "{context.input["title"]}"')
    context.output("issueUrl", f"https://{url.host}/{url.owner}/{url.repo}/issues/{DRY_RUN_NUMBER}")
    context.output("issueNumber", DRY_RUN_NUMBER)
    context.log.info("Dry run complete")


def _newest(repository: GithubRepository) -> int:
    """The highest number of an issue or pull request, 0 if there is none."""
    path = f"{repository.path('issues')}?{NEWEST_FIRST}&per_page=1"
    issues = repository.api.call("GET", path, doing=f"look for the newest issue of {repository.full_name}")
    return int(issues[0]["number"]) if issues else 0


def _find(context: ActionContext, repository: GithubRepository, newest: int) -> Json | None:
    """The one that an earlier attempt opened. Issues may be alike, so it must be newer than the step."""
    wanted = (context.input["title"], context.input.get("body") or "")
    path = f"{repository.path('issues')}?{NEWEST_FIRST}"
    for issue in repository.api.list_all(path, doing=f"list the new issues of {repository.full_name}"):
        if issue["number"] <= newest:
            return None
        if (issue["title"], issue["body"] or "") == wanted and "pull_request" not in issue:
            return {"html_url": issue["html_url"], "number": issue["number"]}
    return None


def _create(context: ActionContext, repository: GithubRepository) -> Json:
    names = ("title", "body", "assignees", "milestone", "labels")
    body = {name: context.input[name] for name in names if context.input.get(name) is not None}
    issue = repository.call("POST", "issues", body=body, doing=f"create the issue '{context.input['title']}' in")
    return {"html_url": issue["html_url"], "number": issue["number"]}


ACTION = Action(
    id="github:issues:create",
    description="Opens an issue on GitHub.",
    run=create,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "title": text("What the issue is called"),
            "body": text("What the issue says"),
            "assignees": texts("Who shall see to it. GitHub ignores them if the token may not push"),
            "milestone": {
                "type": ["string", "number"],
                "description": "The number of its milestone. GitHub ignores it if the token may not push",
            },
            "labels": texts("Its labels. GitHub ignores them if the token may not push"),
            "token": TOKEN,
        },
        ("repoUrl", "title"),
    ),
    output=schema(
        {"issueUrl": text("The address of the issue"), "issueNumber": number("The number of the issue")},
        ("issueUrl", "issueNumber"),
    ),
    examples=EXAMPLES,
    supports_dry_run=True,
)
