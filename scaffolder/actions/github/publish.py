"""``publish:github``: a new repository with the workspace as its first commit."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.properties import COMMIT, PROTECTION, PUBLISHED, REPOSITORY, schema
from scaffolder.actions.github.push import push_and_protect
from scaffolder.actions.github.repository import open_repository
from scaffolder.actions.github.settings import make_repository

EXAMPLES = (
    Example(
        "Publish the whole workspace to a new private repository",
        """steps:
  - id: publish
    name: Publish
    action: publish:github
    input:
      repoUrl: ${{ parameters.repoUrl }}
      description: ${{ parameters.description }}
""",
    ),
    Example(
        "Publish one folder to a public repository, owned by a team and protected by a status check",
        """steps:
  - id: publish
    name: Publish
    action: publish:github
    input:
      repoUrl: github.com?owner=acme&repo=cart
      repoVisibility: public
      sourcePath: ./service
      access: acme/checkout
      collaborators:
        - access: push
          team: group:default/frontend
        - access: admin
          user: alice
      topics: [python, checkout]
      requiredStatusCheckContexts: [test]
      token: ${{ secrets.USER_OAUTH_TOKEN }}
""",
    ),
    Example(
        "Publish with secrets and variables for its workflows",
        """steps:
  - id: publish
    name: Publish
    action: publish:github
    input:
      repoUrl: github.com?owner=acme&repo=cart
      repoVariables:
        REGION: eu-west-1
      secrets:
        DEPLOY_TOKEN: ${{ secrets.deployToken }}
""",
    ),
)


def publish(context: ActionContext) -> None:
    with open_repository(context) as repository:
        made = make_repository(context, repository)
        push_and_protect(context, repository, clone_url=made["clone_url"], html_url=made["html_url"])


NOT_HERE = ("autoInit", "workflowAccess")
ACTION = Action(
    id="publish:github",
    description="Makes a repository on GitHub and publishes the workspace to it.",
    run=publish,
    input=schema(
        {
            **{name: value for name, value in REPOSITORY.items() if name not in NOT_HERE},
            **COMMIT,
            **{name: value for name, value in PROTECTION.items() if name != "blockCreations"},
        },
        ("repoUrl",),
    ),
    output=schema(PUBLISHED, PUBLISHED),
    examples=EXAMPLES,
)
