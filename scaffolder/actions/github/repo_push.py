"""``github:repo:push``: the workspace as the first commit of a repository that exists."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.properties import COMMIT, PROTECTION, PUBLISHED, REPO_URL, TOKEN, schema
from scaffolder.actions.github.push import push_and_protect
from scaffolder.actions.github.repository import open_repository

EXAMPLES = (
    Example(
        "Push the workspace to a repository that an earlier step made",
        """steps:
  - id: push
    name: Push
    action: github:repo:push
    input:
      repoUrl: github.com?owner=acme&repo=cart
      gitCommitMessage: Begin the cart
      gitAuthorName: Alice
      gitAuthorEmail: alice@example.com
""",
    ),
    Example(
        "Push to a branch that is not protected afterwards",
        """steps:
  - id: push
    name: Push
    action: github:repo:push
    input:
      repoUrl: github.com?owner=acme&repo=cart
      defaultBranch: develop
      protectDefaultBranch: false
""",
    ),
)


def push(context: ActionContext) -> None:
    with open_repository(context) as repository:
        found = repository.read()
        push_and_protect(context, repository, clone_url=found["clone_url"], html_url=found["html_url"])


ACTION = Action(
    id="github:repo:push",
    description="Publishes the workspace to a repository of GitHub that has no commits on that branch yet.",
    run=push,
    input=schema(
        {
            "repoUrl": REPO_URL,
            **{name: value for name, value in PROTECTION.items() if name != "blockCreations"},
            **COMMIT,
            "token": TOKEN,
        },
        ("repoUrl",),
    ),
    output=schema(PUBLISHED, PUBLISHED),
    examples=EXAMPLES,
)
