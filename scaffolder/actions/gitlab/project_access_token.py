"""``gitlab:projectAccessToken:create``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.host import Record, gitlab_host
from scaffolder.actions.gitlab.lost_tokens import make_token
from scaffolder.actions.gitlab.project import host_of, project_id
from scaffolder.actions.gitlab.schemas import PROJECT_ID, TOKEN
from scaffolder.actions.scm_schema import number, schema, text, texts

LONGEST_LIFE = timedelta(days=365)
MAINTAINER = 40


def create_access_token(context: ActionContext) -> None:
    """Raises InputError, ConflictError, NotAllowedError or ServiceUnavailableError."""
    given = context.input
    project, name = project_id(given["projectId"]), given.get("name") or "tokenname"
    context.log.info(f'Creating Token for Project "{project}"')
    failing = f"Could not create the access token '{name}' of project {project}"
    path = ("projects", project, "access_tokens")
    body: Record = {
        "name": name,
        "scopes": given.get("scopes") or ["read_repository"],
        "access_level": int(given.get("accessLevel", MAINTAINER)),
        "expires_at": given.get("expiresAt") or (datetime.now(UTC) + LONGEST_LIFE).date().isoformat(),
    }
    with gitlab_host(context, host_of(context)) as host:

        def make() -> Record:
            answer = host.post(*path, failing=failing, body=body)
            return {"token": host.need(answer, "token", failing=failing)}

        token = make_token(context, host, path, name=name, make=make, failing=failing)
    context.output("access_token", token["token"])


ACTION = Action(
    id="gitlab:projectAccessToken:create",
    description="Makes an access token of a GitLab project",
    secret_outputs=("access_token",),
    run=create_access_token,
    input=schema(
        {
            "projectId": PROJECT_ID,
            "token": TOKEN,
            "name": text("What the new token is called"),
            "repoUrl": text("The host, such as 'gitlab.com'; the rest of a repository's address may follow"),
            "accessLevel": number(
                "What the new token may do: 10 (guest), 20 (reporter), 30 (developer), 40 (maintainer), 50 (owner)"
            ),
            "scopes": texts("Its scopes; 'read_repository' if they are left out"),
            "expiresAt": text("Its last day, such as 2026-12-31; in 365 days if it is left out"),
        },
        ["projectId", "repoUrl"],
    ),
    output=schema({"access_token": text("The new token")}, ["access_token"]),
    examples=(
        Example(
            "Make a token that reads and writes the repository",
            """
steps:
  - id: token
    name: Make a token
    action: gitlab:projectAccessToken:create
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      projectId: ${{ steps.publish.output.projectId }}
      name: release
      accessLevel: 40
      scopes: [read_repository, write_repository]
""",
        ),
    ),
)
