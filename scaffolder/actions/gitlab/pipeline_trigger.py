"""``gitlab:pipeline:trigger``: a trigger token is made, used once and deleted."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.host import GitlabHost, Record, gitlab_host
from scaffolder.actions.gitlab.project import host_of, project_id
from scaffolder.actions.gitlab.schemas import REPO_URL, TOKEN
from scaffolder.actions.scm_before import seen_before
from scaffolder.actions.scm_http import Query
from scaffolder.actions.scm_lenient import only_warned
from scaffolder.actions.scm_schema import number, schema, text


def trigger_pipeline(context: ActionContext) -> None:
    """Raises InputError, NotAllowedError or ServiceUnavailableError."""
    project, branch = project_id(context.input["projectId"]), context.input["branch"]
    failing = f"Failed to trigger pipeline for project {project} on branch {branch}"
    with gitlab_host(context, host_of(context)) as host:

        def look() -> Record:
            return {
                "triggers": [trigger["id"] for trigger in _triggers(context, host, project, failing)],
                "pipelines": [pipeline["id"] for pipeline in _pipelines(host, project, branch, failing)],
            }

        label = f"pipeline:{project}:{branch}:{context.input['tokenDescription']}"
        before, is_later = seen_before(context, label, look)

        def trigger_or_find() -> str:
            if is_later:
                _remove_leftovers(context, host, project, before["triggers"], failing)
                new = [
                    item for item in _pipelines(host, project, branch, failing) if item["id"] not in before["pipelines"]
                ]
                if new:
                    return str(host.need(new[-1], "web_url", failing=failing))
            return _trigger(context, host, project, branch, failing)

        context.output("pipelineUrl", context.checkpoint(f"made:{label}", trigger_or_find))


def _trigger(context: ActionContext, host: GitlabHost, project: str | int, branch: str, failing: str) -> str:
    """The address of the pipeline."""
    description = {"description": context.input["tokenDescription"]}
    trigger = host.post("projects", project, "triggers", failing=failing, body=description)
    try:
        body = {
            "ref": branch,
            "token": host.need(trigger, "token", failing=failing),
            "variables": context.input.get("variables") or {},
        }
        pipeline = host.post("projects", project, "trigger", "pipeline", failing=failing, body=body)
        host.need(pipeline, "id", failing=failing)
        return str(host.need(pipeline, "web_url", failing=failing))
    finally:
        _remove(context, host, project, trigger.get("id"))


def _remove_leftovers(
    context: ActionContext, host: GitlabHost, project: str | int, before: list[int], failing: str
) -> None:
    for trigger in _triggers(context, host, project, failing):
        if trigger["id"] not in before:
            _remove(context, host, project, trigger["id"])


def _remove(context: ActionContext, host: GitlabHost, project: str | int, trigger: int | None) -> None:
    failing = f"Failed to delete pipeline trigger token {trigger} of project {project}"
    with only_warned(context, "Delete it by hand."):
        host.delete("projects", project, "triggers", trigger or 0, failing=failing, may_be_gone=True)


def _triggers(context: ActionContext, host: GitlabHost, project: str | int, failing: str) -> list[Record]:
    description = context.input["tokenDescription"]
    found = host.list_all("projects", project, "triggers", failing=failing)
    return [trigger for trigger in found if trigger.get("description") == description]


def _pipelines(host: GitlabHost, project: str | int, branch: str, failing: str) -> list[Record]:
    """The newest that trigger tokens have started, newest first."""
    query: Query = {"ref": branch, "source": "trigger", "order_by": "id", "sort": "desc", "page": 1}
    return host.page("projects", project, "pipelines", failing=failing, query=query)


ACTION = Action(
    id="gitlab:pipeline:trigger",
    description="Starts a pipeline of a GitLab project",
    run=trigger_pipeline,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "token": TOKEN,
            "projectId": number("The project's number"),
            "tokenDescription": text("What the trigger token is called while it is there"),
            "branch": text("The branch that the pipeline runs on"),
            "variables": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "The pipeline's variables, names and texts",
            },
        },
        ["repoUrl", "projectId", "tokenDescription", "branch"],
    ),
    output=schema({"pipelineUrl": text("Where the pipeline is")}, ["pipelineUrl"]),
    examples=(
        Example(
            "Run the pipeline of the new project with a variable",
            """
steps:
  - id: pipeline
    name: Start the pipeline
    action: gitlab:pipeline:trigger
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      projectId: ${{ steps.publish.output.projectId }}
      tokenDescription: first run
      branch: main
      variables:
        STAGE: test
""",
        ),
    ),
)
