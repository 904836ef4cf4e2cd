"""``gitlab:group:access``: who belongs to a group, people and other groups."""

from __future__ import annotations

from common.errors import ConflictError, InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.host import GitlabHost, gitlab_host
from scaffolder.actions.gitlab.project import host_of, project_id
from scaffolder.actions.gitlab.schemas import TOKEN
from scaffolder.actions.scm_before import seen_before
from scaffolder.actions.scm_schema import choice, number, numbers, schema, text

LEVELS = {
    "no_access": 0,
    "minimal_access": 5,
    "guest": 10,
    "planner": 15,
    "reporter": 20,
    "developer": 30,
    "maintainer": 40,
    "owner": 50,
}
DEVELOPER = 30


def change_group_access(context: ActionContext) -> None:
    """Raises InputError, NotAllowedError, ConflictError or ServiceUnavailableError."""
    given = context.input
    users, groups = given.get("userIds") or [], given.get("groupIds") or []
    if not users and not groups:
        raise InputError("At least one of userIds or groupIds must be provided and non-empty")
    level, is_adding = access_level(given.get("accessLevel", DEVELOPER)), given.get("action", "add") == "add"
    if not context.is_dry_run:
        with gitlab_host(context, host_of(context)) as host:
            group = project_id(given["path"])
            for user in users:
                _change_user(context, host, group, int(user), level if is_adding else None)
            for other in groups:
                _change_group(context, host, group, int(other), level if is_adding else None)
    context.output("path", given["path"])
    if users:
        context.output("userIds", users)
    if groups:
        context.output("groupIds", groups)
    if is_adding:
        context.output("accessLevel", level)


def access_level(level: int | float | str) -> int:
    """Raises InputError for a name that is none."""
    if not isinstance(level, str):
        return int(level)
    found = LEVELS.get(level.lower())
    if found is None:
        raise InputError(
            f'Invalid access level: "{level}". Valid values are: {", ".join(LEVELS)} or a numeric GitLab access level'
        )
    return found


def _change_user(context: ActionContext, host: GitlabHost, group: str | int, user: int, level: int | None) -> None:
    """``level`` is None to remove."""
    path = ("groups", group, "members")
    if level is None:
        context.log.info(f"Removing user {user} from group {group}")
        _remove(context, host, (*path, user), f"Unable to remove user {user} from group {group}")
        return
    context.log.info(f"Adding user {user} to group {group}")
    failing = f"Unable to add user {user} to group {group}"
    try:
        host.post(*path, failing=failing, body={"user_id": user, "access_level": level})
    except ConflictError:
        host.put(*path, user, failing=failing, body={"access_level": level})


def _change_group(context: ActionContext, host: GitlabHost, group: str | int, other: int, level: int | None) -> None:
    """``level`` is None to remove."""
    path = ("groups", group, "share")
    if level is None:
        context.log.info(f"Removing group {other} from group {group}")
        _remove(context, host, (*path, other), f"Unable to remove group {other} from group {group}")
        return
    context.log.info(f"Adding group {other} to group {group}")
    failing = f"Unable to add group {other} to group {group}"
    body = {"group_id": other, "group_access": level}
    try:
        host.post(*path, failing=failing, body=body)
    except ConflictError:
        # What is shared already has to be taken back first to be shared at another level.
        host.delete(*path, other, failing=failing, may_be_gone=True)
        host.post(*path, failing=failing, body=body)


def _remove(context: ActionContext, host: GitlabHost, path: tuple[str | int, ...], failing: str) -> None:
    """Who is gone when this is tried again was removed by us."""
    label = "/".join(map(str, path))
    _, is_later = seen_before(context, f"remove:{label}", lambda: True)

    def remove() -> bool:
        host.delete(*path, failing=failing, may_be_gone=is_later)
        return True

    context.checkpoint(f"made:remove:{label}", remove)


ACTION = Action(
    id="gitlab:group:access",
    description="Adds users and groups to a GitLab group, or removes them from it",
    run=change_group_access,
    supports_dry_run=True,
    input=schema(
        {
            "repoUrl": text("The host, such as 'gitlab.com'"),
            "token": TOKEN,
            "path": {"type": ["number", "string"], "description": "The group's number, or its full path"},
            "userIds": numbers("The numbers of the users"),
            "groupIds": numbers("The numbers of the groups that it is shared with"),
            "action": choice("Whether to add or to remove them", "add", "remove", default="add"),
            "accessLevel": {
                "type": ["number", "string"],
                "default": DEVELOPER,
                "description": f"What those who are added may do: a number, or one of {', '.join(LEVELS)}",
            },
        },
        ["repoUrl", "path"],
    ),
    output=schema(
        {
            "userIds": numbers("The users who were added or removed"),
            "groupIds": numbers("The groups that were added or removed"),
            "path": {"type": ["number", "string"], "description": "The group's number, or its full path"},
            "accessLevel": number("What those who were added may do"),
        }
    ),
    examples=(
        Example(
            "Two maintainers for a group",
            """
steps:
  - id: members
    name: Add the maintainers
    action: gitlab:group:access
    input:
      repoUrl: gitlab.com
      path: team/shop
      userIds: [12, 34]
      accessLevel: maintainer
""",
        ),
        Example(
            "Share a group no longer",
            """
steps:
  - id: members
    name: Take the access back
    action: gitlab:group:access
    input:
      repoUrl: gitlab.com
      path: 99
      groupIds: [56]
      action: remove
""",
        ),
    ),
)
