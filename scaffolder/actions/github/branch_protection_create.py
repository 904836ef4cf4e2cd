"""``github:branch-protection:create``: the rules of one branch."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.properties import PROTECTION, REPO_URL, TOKEN, schema, text
from scaffolder.actions.github.protection import protect_branch
from scaffolder.actions.github.repository import open_repository

EXAMPLES = (
    Example(
        "Protect the default branch",
        """steps:
  - id: protect
    name: Protect the default branch
    action: github:branch-protection:create
    input:
      repoUrl: github.com?owner=acme&repo=cart
""",
    ),
    Example(
        "Ask for two approvals and two status checks on another branch",
        """steps:
  - id: protect
    name: Protect the release branch
    action: github:branch-protection:create
    input:
      repoUrl: github.com?owner=acme&repo=cart
      branch: release
      requiredApprovingReviewCount: 2
      requiredStatusCheckContexts: [test, lint]
      enforceAdmins: false
""",
    ),
)


def create(context: ActionContext) -> None:
    with open_repository(context) as repository:
        branch = context.input.get("branch") or repository.read()["default_branch"]
        protect_branch(context, repository, branch, holds_for_admins=context.input.get("enforceAdmins", True))


ACTION = Action(
    id="github:branch-protection:create",
    description="Protects a branch of a repository on GitHub.",
    run=create,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "branch": text("The branch to protect. The default branch, if it is not named"),
            "enforceAdmins": PROTECTION["protectEnforceAdmins"],
            **{name: value for name, value in PROTECTION.items() if not name.startswith("protect")},
            "token": TOKEN,
        },
        ("repoUrl",),
    ),
    examples=EXAMPLES,
)
