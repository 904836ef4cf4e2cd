"""``github:actions:dispatch``: start a workflow."""

from __future__ import annotations

from typing import Any

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.properties import REPO_URL, TOKEN, flag, number, schema, text, text_record
from scaffolder.actions.github.repository import GithubRepository, open_repository
from scaffolder.actions.scm.once import make_once

Json = Any
RUN_OUTPUTS = ("workflowRunId", "workflowRunUrl", "workflowRunHtmlUrl")

EXAMPLES = (
    Example(
        "Start a workflow on the main branch",
        """steps:
  - id: dispatch
    name: Start the workflow
    action: github:actions:dispatch
    input:
      repoUrl: github.com?owner=acme&repo=cart
      workflowId: deploy.yaml
      branchOrTagName: main
""",
    ),
    Example(
        "Start a workflow with inputs, and say where to watch it",
        """steps:
  - id: dispatch
    name: Start the workflow
    action: github:actions:dispatch
    input:
      repoUrl: github.com?owner=acme&repo=cart
      workflowId: deploy.yaml
      branchOrTagName: v1.2.0
      workflowInputs:
        region: eu-west-1
      returnWorkflowRunDetails: true
output:
  links:
    - title: The run
      url: ${{ steps.dispatch.output.workflowRunHtmlUrl }}
""",
    ),
)


def dispatch(context: ActionContext) -> None:
    workflow, ref = context.input["workflowId"], context.input["branchOrTagName"]
    with open_repository(context) as repository:
        newest = context.checkpoint("newest", lambda: _newest(context, repository))
        made = make_once(
            context,
            "dispatch",
            find=lambda: _find(context, repository, newest),
            make=lambda: _dispatch(context, repository),
        )
    context.log.info(f"Workflow {workflow} of {repository.full_name} was dispatched on {ref}")
    if made["run"] is not None and context.input.get("returnWorkflowRunDetails"):
        for name in RUN_OUTPUTS:
            context.output(name, made["run"][name])


def _runs_path(context: ActionContext, repository: GithubRepository) -> str:
    return f"{repository.path('actions', 'workflows', context.input['workflowId'], 'runs')}?event=workflow_dispatch"


def _newest(context: ActionContext, repository: GithubRepository) -> int:
    """The id of the last run that was dispatched, 0 if there is none. Runs come newest first."""
    doing = f"look for the workflow '{context.input['workflowId']}' of {repository.full_name}"
    runs = repository.api.call("GET", f"{_runs_path(context, repository)}&per_page=1", doing=doing)["workflow_runs"]
    return int(runs[0]["id"]) if runs else 0


def _find(context: ActionContext, repository: GithubRepository, newest: int) -> Json | None:
    """The run that an earlier attempt started. Runs may be alike, so it must be newer than the step."""
    doing = f"list the new runs of the workflow '{context.input['workflowId']}' of {repository.full_name}"
    for run in repository.api.list_all(_runs_path(context, repository), doing=doing, within="workflow_runs"):
        if run["id"] <= newest:
            return None
        if run["head_branch"] == context.input["branchOrTagName"]:
            return {"run": _details(run["id"], run["url"], run["html_url"])}
    return None


def _dispatch(context: ActionContext, repository: GithubRepository) -> Json:
    given = context.input
    body: dict[str, Json] = {"ref": given["branchOrTagName"]}
    if given.get("workflowInputs") is not None:
        body["inputs"] = given["workflowInputs"]
    if given.get("returnWorkflowRunDetails"):
        body["return_run_details"] = True
    doing = f"dispatch the workflow '{given['workflowId']}' of"
    answer = repository.call("POST", "actions", "workflows", given["workflowId"], "dispatches", body=body, doing=doing)
    return {"run": _details(answer["workflow_run_id"], answer["run_url"], answer["html_url"]) if answer else None}


def _details(*values: Json) -> Json:
    return dict(zip(RUN_OUTPUTS, values, strict=True))


ACTION = Action(
    id="github:actions:dispatch",
    description="Starts a workflow of GitHub Actions on a branch or tag.",
    run=dispatch,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "workflowId": text("The file name of the workflow"),
            "branchOrTagName": text("The branch or tag that the workflow runs on"),
            "workflowInputs": text_record("The inputs of the workflow, at most 25"),
            "returnWorkflowRunDetails": flag("Give the id and the addresses of the run as outputs"),
            "token": TOKEN,
        },
        ("repoUrl", "workflowId", "branchOrTagName"),
    ),
    output=schema(
        {
            "workflowRunId": number("The id of the run that was started"),
            "workflowRunUrl": text("The address of the run in the API"),
            "workflowRunHtmlUrl": text("The address of the run for a browser"),
        }
    ),
    examples=EXAMPLES,
)
