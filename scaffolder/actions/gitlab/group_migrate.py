"""``gitlab:group:migrate``: moving a project from one GitLab into another, which does it by itself."""

from __future__ import annotations

from common.errors import InputError
from integrations.whatwg import is_url, parse_url
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.host import GitlabHost, Record, gitlab_host
from scaffolder.actions.gitlab.project import repo_url_of
from scaffolder.actions.scm.credentials import ScmToken
from scaffolder.actions.scm.repo_url import RepoUrl
from scaffolder.actions.scm_before import seen_before
from scaffolder.actions.scm_schema import number, schema, text


def migrate_project(context: ActionContext) -> None:
    """Raises InputError, NotAllowedError or ServiceUnavailableError."""
    given = context.input
    target = repo_url_of(context, "destinationUrl")
    if not target.owner or not target.repo:
        raise InputError(
            f"Failed to determine target repository to migrate to. '{given['destinationUrl']}' must match the format"
            " 'gitlab.myorg.com?repo=project_name&owner=group_name'"
        )
    if not is_url(given["sourceUrl"]) or parse_url(given["sourceUrl"]).scheme not in ("http", "https"):
        raise InputError(f"sourceUrl '{given['sourceUrl']}' is not a URL; it must be one such as 'https://gitlab.com/'")
    token = ScmToken(given["destinationAccessToken"], is_from_user=True)
    with gitlab_host(context, target.host, token) as host:
        migration = _start(context, host, target)
    context.output("importedRepoUrl", f"{target.host}/{target.owner}/{target.repo}")
    context.output("migrationId", migration)


def _start(context: ActionContext, host: GitlabHost, target: RepoUrl) -> int:
    """The number of the migration."""
    given = context.input
    source = given["sourceFullPath"]
    failing = (
        f"Failed to transfer repo {source}. Make sure that {source} exists in {given['sourceUrl']}, and token has"
        " enough rights"
    )
    entity = {
        "source_type": "project_entity",
        "source_full_path": source,
        "destination_slug": target.repo,
        "destination_namespace": target.owner,
    }

    def known() -> list[int]:
        return [migration["id"] for migration in host.list_all("bulk_imports", failing=failing)]

    before, is_later = seen_before(context, f"migration:{source}:{target.owner}/{target.repo}", known)

    def is_ours(migration: int) -> bool:
        entities = host.list_all("bulk_imports", migration, "entities", failing=failing)
        wanted = {key: entity[key] for key in ("source_full_path", "destination_slug", "destination_namespace")}
        return any(wanted.items() <= found.items() for found in entities)

    def make_or_find() -> int:
        new = [migration for migration in known() if migration not in before] if is_later else []
        found = next(filter(is_ours, new), None)
        if found is not None:
            return found
        configuration = {"url": given["sourceUrl"], "access_token": given["sourceAccessToken"]}
        body: Record = {"configuration": configuration, "entities": [entity]}
        return int(host.need(host.post("bulk_imports", failing=failing, body=body), "id", failing=failing))

    return context.checkpoint(f"made:migration:{source}:{target.owner}/{target.repo}", make_or_find)


ACTION = Action(
    id="gitlab:group:migrate",
    description="Imports a project of another GitLab, with all that belongs to it",
    run=migrate_project,
    input=schema(
        {
            "destinationAccessToken": text("The user's token for the GitLab that the project comes into"),
            "destinationUrl": text("Where it comes: 'gitlab.com?repo=<project>&owner=<group or user>'"),
            "sourceAccessToken": text("The user's token for the GitLab that the project comes from"),
            "sourceFullPath": text("The project's full path there"),
            "sourceUrl": text("Where that GitLab is, such as 'https://gitlab.com/'"),
        },
        ["destinationAccessToken", "destinationUrl", "sourceAccessToken", "sourceFullPath", "sourceUrl"],
    ),
    output=schema(
        {
            "importedRepoUrl": text("Where the project comes to be"),
            "migrationId": number("The number of the migration, which goes on after the step has ended"),
        },
        ["importedRepoUrl", "migrationId"],
    ),
    examples=(
        Example(
            "Bring a project into the company's GitLab",
            """
steps:
  - id: migrate
    name: Import the project
    action: gitlab:group:migrate
    input:
      destinationUrl: gitlab.example.com?repo=shop&owner=team
      destinationAccessToken: ${{ secrets.USER_OAUTH_TOKEN }}
      sourceUrl: https://gitlab.com/
      sourceFullPath: old-team/shop
      sourceAccessToken: ${{ secrets.SOURCE_TOKEN }}
""",
        ),
    ),
)
