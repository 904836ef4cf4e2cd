"""``github:issues:label``: labels for an issue or a pull request."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.errors import API_ERRORS
from scaffolder.actions.github.properties import REPO_URL, TOKEN, number, schema, texts
from scaffolder.actions.github.repository import open_repository

EXAMPLES = (
    Example(
        "Label the pull request that an earlier step opened",
        """steps:
  - id: label
    name: Label the pull request
    action: github:issues:label
    input:
      repoUrl: github.com?owner=acme&repo=cart
      number: ${{ steps.pullRequest.output.pullRequestNumber }}
      labels: [automated]
""",
    ),
)


def add_labels(context: ActionContext) -> None:
    issue, labels = int(context.input["number"]), context.input["labels"]
    with open_repository(context) as repository:
        try:
            doing = f"add labels to #{issue} of"
            repository.call("POST", "issues", issue, "labels", body={"labels": labels}, doing=doing)
        except API_ERRORS as error:
            # As in the reference, a task does not fail for a label.
            context.log.warn(f"Failed: adding labels to issue: '{issue}' on repo: '{repository.name}', {error.message}")


ACTION = Action(
    id="github:issues:label",
    description="Adds labels to an issue or a pull request on GitHub.",
    run=add_labels,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "number": number("The number of the issue or pull request"),
            "labels": texts("The labels to add"),
            "token": TOKEN,
        },
        ("repoUrl", "number", "labels"),
    ),
    examples=EXAMPLES,
)
