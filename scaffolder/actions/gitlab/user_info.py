"""``gitlab:user:info``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.host import gitlab_host
from scaffolder.actions.gitlab.project import host_of, project_id
from scaffolder.actions.gitlab.schemas import REPO_URL, TOKEN
from scaffolder.actions.scm_schema import number, schema, text

ALWAYS = {"id": "id", "username": "username", "name": "name", "state": "state", "webUrl": "web_url"}
IF_KNOWN = {"email": "email", "createdAt": "created_at", "publicEmail": "public_email"}


def read_user_info(context: ActionContext) -> None:
    """Raises InputError, NotAllowedError or ServiceUnavailableError."""
    failing = "Failed to retrieve GitLab user info"
    given = context.input.get("userId")
    path = ("user",) if given is None else ("users", project_id(given))
    with gitlab_host(context, host_of(context)) as host:
        user = host.get(*path, failing=failing)
        for name, key in ALWAYS.items():
            context.output(name, host.need(user, key, failing=failing))
    for name, key in IF_KNOWN.items():
        if user.get(key):
            context.output(name, user[key])


ACTION = Action(
    id="gitlab:user:info",
    description="Looks up a user of GitLab, or the one whose token it is",
    run=read_user_info,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "token": TOKEN,
            "userId": number("The user's number; the token's own user if it is left out"),
        },
        ["repoUrl"],
    ),
    output=schema(
        {
            "id": number("The user's number"),
            "username": text("The user name"),
            "name": text("The name that people see"),
            "state": text("'active', 'blocked' and so on"),
            "webUrl": text("Where the user's profile is"),
            "email": text("The e-mail address, told only to the user and to administrators"),
            "createdAt": text("When the user was made"),
            "publicEmail": text("The e-mail address that all may see"),
        },
        ["id", "username", "name", "state", "webUrl"],
    ),
    examples=(
        Example(
            "Who runs this template?",
            """
steps:
  - id: user
    name: Look up the user
    action: gitlab:user:info
    input:
      repoUrl: gitlab.com
      token: ${{ secrets.USER_OAUTH_TOKEN }}
""",
        ),
    ),
)
