"""``gitlab:projectDeployToken:create``."""

from __future__ import annotations

from common.errors import InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.host import Record, gitlab_host
from scaffolder.actions.gitlab.lost_tokens import make_token
from scaffolder.actions.gitlab.project import host_of, project_id
from scaffolder.actions.gitlab.schemas import PROJECT_ID, REPO_URL, TOKEN
from scaffolder.actions.scm_schema import schema, text, texts


def create_deploy_token(context: ActionContext) -> None:
    """Raises InputError, ConflictError, NotAllowedError or ServiceUnavailableError."""
    given = context.input
    project, name = project_id(given["projectId"]), given["name"]
    context.log.info(f'Creating Token for Project "{project}"')
    failing = f"Could not create the deploy token '{name}' of project {project}"
    if not given["scopes"]:
        raise InputError(
            f'Could not create token for project "{project}": scopes cannot be empty; name one such as read_repository'
        )
    path = ("projects", project, "deploy_tokens")
    body: Record = {"name": name, "scopes": given["scopes"]}
    if "username" in given:
        body["username"] = given["username"]
    with gitlab_host(context, host_of(context)) as host:

        def make() -> Record:
            answer = host.post(*path, failing=failing, body=body)
            return {key: host.need(answer, key, failing=failing) for key in ("token", "username")}

        made = make_token(context, host, path, name=name, make=make, failing=failing)
    context.output("deploy_token", made["token"])
    context.output("user", made["username"])


ACTION = Action(
    id="gitlab:projectDeployToken:create",
    description="Makes a deploy token of a GitLab project",
    secret_outputs=("deploy_token",),
    run=create_deploy_token,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "token": TOKEN,
            "projectId": PROJECT_ID,
            "name": text("What the deploy token is called"),
            "username": text("The user name that goes with it; GitLab makes one if it is left out"),
            "scopes": texts("Its scopes, at least one"),
        },
        ["repoUrl", "projectId", "name", "scopes"],
    ),
    output=schema(
        {"deploy_token": text("The deploy token"), "user": text("The user name that goes with it")},
        ["deploy_token", "user"],
    ),
    examples=(
        Example(
            "Make a token that reads packages",
            """
steps:
  - id: token
    name: Make a deploy token
    action: gitlab:projectDeployToken:create
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      projectId: ${{ steps.publish.output.projectId }}
      name: cluster
      username: cluster
      scopes: [read_registry]
""",
        ),
    ),
)
