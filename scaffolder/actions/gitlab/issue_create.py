"""``gitlab:issues:create``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.epics import epic_in_scope
from scaffolder.actions.gitlab.host import GitlabHost, Record, gitlab_host
from scaffolder.actions.gitlab.project import path_of_project, project_id, repo_url_of
from scaffolder.actions.gitlab.schemas import DATE_TIME, ISSUE_TYPES, REPO_URL, TOKEN
from scaffolder.actions.scm_before import seen_before
from scaffolder.actions.scm_http import Query
from scaffolder.actions.scm_schema import choice, flag, number, numbers, schema, text

# By the names of the API.
FIELDS = {
    "assignee_ids": "assignees",
    "confidential": "confidential",
    "created_at": "createdAt",
    "description": "description",
    "discussion_to_resolve": "discussionToResolve",
    "issue_type": "issueType",
    "labels": "labels",
    "merge_request_to_resolve_discussions_of": "mergeRequestToResolveDiscussionsOf",
    "milestone_id": "milestoneId",
    "weight": "weight",
}


def create_issue(context: ActionContext) -> None:
    """Raises InputError, NotAllowedError, ConflictError or ServiceUnavailableError."""
    repo_url = repo_url_of(context)
    given = context.input
    project = project_id(given["projectId"]) if "projectId" in given else path_of_project(repo_url)
    with gitlab_host(context, repo_url.host) as host:
        epic = epic_in_scope(context, host, project, given.get("epicId"))
        issue = _create_once(context, host, project, epic)
    context.output("issueId", issue["id"])
    context.output("issueUrl", issue["web_url"])
    context.output("issueIid", issue["iid"])


def _create_once(context: ActionContext, host: GitlabHost, project: str | int, epic: int | None) -> Record:
    title = context.input["title"]
    failing = f"Failed to create GitLab issue '{title}' in project {project}"
    path = ("projects", project, "issues")
    query: Query = {"search": title, "in": "title", "scope": "all"}

    def same_title() -> list[Record]:
        return [issue for issue in host.list_all(*path, failing=failing, query=query) if issue.get("title") == title]

    before, is_later = seen_before(
        context, f"issue:{project}:{title}", lambda: [issue["iid"] for issue in same_title()]
    )

    def make_or_find() -> Record:
        new = [issue for issue in same_title() if issue["iid"] not in before] if is_later else []
        issue = new[0] if new else host.post(*path, failing=failing, body=_body(context, epic))
        return {key: host.need(issue, key, failing=failing) for key in ("id", "iid", "web_url")}

    return context.checkpoint(f"made:issue:{project}:{title}", make_or_find)


def _body(context: ActionContext, epic: int | None) -> Record:
    given = context.input
    body: Record = {"title": given["title"]}
    body |= {key: given[name] for key, name in FIELDS.items() if given.get(name) not in (None, "")}
    if given.get("dueDate"):
        body["due_date"] = given["dueDate"][:10]  # the API wants the day
    if epic is not None:
        body["epic_id"] = epic
    return body


ACTION = Action(
    id="gitlab:issues:create",
    description="Opens an issue on GitLab",
    run=create_issue,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "token": TOKEN,
            "projectId": {
                "anyOf": [{"type": "number"}, {"type": "string", "minLength": 1}],
                "description": "The project's number or full path, if it is not that of the repoUrl",
            },
            "title": text("The title of the issue"),
            "assignees": numbers("The numbers of the users it is assigned to"),
            "confidential": flag("Whether only members of the project see it"),
            "description": text("What it is about", maxLength=1048576),
            "createdAt": text("When it was opened, if not now; only owners may say so", pattern=DATE_TIME),
            "dueDate": text("By when it is to be done; the day counts", pattern=DATE_TIME),
            "discussionToResolve": text("The discussion that it resolves, of 'mergeRequestToResolveDiscussionsOf'"),
            "epicId": number("The number of the epic it belongs to", minimum=0),
            "labels": text("Its labels, with commas between them"),
            "issueType": choice("Its type", *ISSUE_TYPES),
            "mergeRequestToResolveDiscussionsOf": number("The merge request whose discussions it resolves"),
            "milestoneId": number("The number of its milestone"),
            "weight": number("Its weight", minimum=0),
        },
        ["repoUrl", "title"],
    ),
    output=schema(
        {
            "issueUrl": text("Where the issue is"),
            "issueId": number("The issue's number in all of this GitLab"),
            "issueIid": number("The issue's number in its project"),
        },
        ["issueUrl", "issueId", "issueIid"],
    ),
    examples=(
        Example(
            "Open an issue for what is left to do",
            """
steps:
  - id: issue
    name: Write down what is left to do
    action: gitlab:issues:create
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      title: Write the first feature
      description: The skeleton is in place.
      labels: onboarding,docs
      assignees: [12]
""",
        ),
    ),
)
