"""``gitlab:group:ensureExists``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from common.errors import ConflictError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.host import GitlabHost, Record, gitlab_host
from scaffolder.actions.gitlab.project import host_of
from scaffolder.actions.gitlab.schemas import REPO_URL, TOKEN
from scaffolder.actions.scm_schema import number, object_of, schema, text

GROUP_OF_DRY_RUNS = 42


class Part(NamedTuple):
    name: str
    slug: str


def ensure_group_exists(context: ActionContext) -> None:
    """What is there already stays as it is. Raises InputError, NotAllowedError or ServiceUnavailableError."""
    if context.is_dry_run:
        context.output("groupId", GROUP_OF_DRY_RUNS)
        return
    parts = list(_parts(context.input["path"]))
    with gitlab_host(context, host_of(context)) as host:
        group, path = None, ""
        for part in parts:
            path = f"{path}/{part.slug}" if path else part.slug
            description = context.input.get("description") if part is parts[-1] else None
            group = _ensure_group(context, host, part, path, group, description)
    if group is not None:
        context.output("groupId", group)


def _ensure_group(
    context: ActionContext, host: GitlabHost, part: Part, path: str, parent: int | None, description: str | None
) -> int:
    """Its number."""
    failing = f"Unable to create the group {path}"
    found = host.find("groups", path, failing=failing)
    if found is None:
        context.log.info(f"creating missing group {path}")
        body: Record = {"name": part.name, "path": part.slug}
        body |= {} if parent is None else {"parent_id": parent}
        body |= {"description": description} if description else {}
        try:
            found = host.post("groups", failing=failing, body=body)
        except ConflictError:
            # Another task that wants the same group was faster.
            found = host.find("groups", path, failing=failing)
            if found is None:
                raise
    return int(host.need(found, "id", failing=failing))


def _parts(path: list[Any]) -> Iterator[Part]:
    for item in path:
        if isinstance(item, str):
            yield from (Part(name, name) for name in item.split("/"))
        else:
            yield Part(item["name"], item["slug"])


ACTION = Action(
    id="gitlab:group:ensureExists",
    description="Makes a GitLab group, and those above it, if they are not there",
    run=ensure_group_exists,
    supports_dry_run=True,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "token": TOKEN,
            "description": text("The description of the innermost group, if it has to be made"),
            "path": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "anyOf": [
                        {"type": "string"},
                        object_of({"name": {"type": "string"}, "slug": {"type": "string"}}, ["name", "slug"]),
                    ]
                },
                "description": "The groups from the outermost to the innermost: names, or names with their slugs",
            },
        },
        ["repoUrl", "path"],
    ),
    output=schema({"groupId": number("The number of the innermost group")}),
    examples=(
        Example(
            "A group within a group",
            """
steps:
  - id: group
    name: Make the group
    action: gitlab:group:ensureExists
    input:
      repoUrl: gitlab.com
      path:
        - team
        - name: Online Shop
          slug: shop
""",
        ),
    ),
)
