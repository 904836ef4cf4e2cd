"""``gitlab:issue:edit``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.epics import epic_in_scope
from scaffolder.actions.gitlab.host import Record, gitlab_host
from scaffolder.actions.gitlab.project import host_of, project_id
from scaffolder.actions.gitlab.schemas import DATE, DATE_TIME, ISSUE_TYPES, REPO_URL, TOKEN
from scaffolder.actions.scm_schema import choice, flag, number, numbers, schema, text

# By the names of the API.
FIELDS = {
    "add_labels": "addLabels",
    "assignee_ids": "assignees",
    "confidential": "confidential",
    "description": "description",
    "discussion_locked": "discussionLocked",
    "due_date": "dueDate",
    "issue_type": "issueType",
    "labels": "labels",
    "milestone_id": "milestoneId",
    "remove_labels": "removeLabels",
    "state_event": "stateEvent",
    "title": "title",
    "updated_at": "updatedAt",
    "weight": "weight",
}
OUTPUTS = {
    "issueId": "id",
    "projectId": "project_id",
    "issueUrl": "web_url",
    "issueIid": "iid",
    "title": "title",
    "state": "state",
    "updatedAt": "updated_at",
}


def edit_issue(context: ActionContext) -> None:
    """
    Only what the input names is changed. To do it twice is the same as once.

    Raises InputError, NotAllowedError, ConflictError or ServiceUnavailableError.
    """
    given = context.input
    project, iid = project_id(given["projectId"]), int(given["issueIid"])
    failing = f"Failed to edit/modify GitLab issue {iid} of project {project}"
    with gitlab_host(context, host_of(context)) as host:
        epic = epic_in_scope(context, host, project, given.get("epicId"))
        body: Record = {key: given[name] for key, name in FIELDS.items() if name in given}
        if epic is not None:
            body["epic_id"] = epic
        issue = host.put("projects", project, "issues", iid, failing=failing, body=body)
        for name, key in OUTPUTS.items():
            context.output(name, host.need(issue, key, failing=failing))


ACTION = Action(
    id="gitlab:issue:edit",
    description="Changes an issue on GitLab",
    run=edit_issue,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "token": TOKEN,
            "projectId": number("The project's number"),
            "issueIid": number("The issue's number in its project"),
            "addLabels": text("Labels to add, with commas between them"),
            "assignees": numbers("The numbers of the users it is assigned to from now on"),
            "confidential": flag("Whether only members of the project see it"),
            "description": text("What it is about", maxLength=1048576),
            "discussionLocked": flag("Whether only members of the project may comment on it"),
            "dueDate": text("By when it is to be done, such as 2026-12-31", pattern=DATE),
            "epicId": number("The number of the epic it belongs to", minimum=0),
            "issueType": choice("Its type", *ISSUE_TYPES),
            "labels": text("Its labels from now on, with commas between them; none if it is empty"),
            "milestoneId": number("The number of its milestone; 0 for none"),
            "removeLabels": text("Labels to remove, with commas between them"),
            "stateEvent": choice("Close it, or open it again", "close", "reopen"),
            "title": text("Its title"),
            "updatedAt": text("When it was changed, if not now; only owners may say so", pattern=DATE_TIME),
            "weight": number("Its weight", minimum=0, maximum=10),
        },
        ["repoUrl", "projectId", "issueIid"],
    ),
    output=schema(
        {
            "issueUrl": text("Where the issue is"),
            "projectId": number("The project's number"),
            "issueId": number("The issue's number in all of this GitLab"),
            "issueIid": number("The issue's number in its project"),
            "state": text("'opened' or 'closed'"),
            "title": text("Its title"),
            "updatedAt": text("When it was changed"),
        },
        ["issueUrl", "projectId", "issueId", "issueIid", "state", "title", "updatedAt"],
    ),
    examples=(
        Example(
            "Close an issue",
            """
steps:
  - id: done
    name: Close the issue
    action: gitlab:issue:edit
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      projectId: 12
      issueIid: 3
      addLabels: done
      stateEvent: close
""",
        ),
    ),
)
