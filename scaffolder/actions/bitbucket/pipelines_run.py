"""``bitbucket:pipelines:run``."""

from __future__ import annotations

from typing import Any

from integrations.scm.bitbucket import CLOUD_HOST
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.bitbucket.host import bitbucket_credentials, bitbucket_host, bitbucket_integration
from scaffolder.actions.bitbucket.schemas import TOKEN
from scaffolder.actions.scm_before import seen_before
from scaffolder.actions.scm_http import Query
from scaffolder.actions.scm_rest import RestHost
from scaffolder.actions.scm_schema import number, object_of, schema, text

Record = dict[str, Any]
NEWEST: Query = {"sort": "-created_on", "pagelen": 20}


def run_pipeline(context: ActionContext) -> None:
    """Raises InputError, NotAllowedError or ServiceUnavailableError."""
    integration = bitbucket_integration(context, CLOUD_HOST)
    credentials = bitbucket_credentials(context, integration)
    with bitbucket_host(context, integration, credentials) as host:
        run = _run_once(context, host)
    context.output("buildNumber", run["buildNumber"])
    context.output("repoUrl", run["repoUrl"])
    context.output("pipelinesUrl", f"{run['repoUrl']}/pipelines")


def _run_once(context: ActionContext, host: RestHost) -> Record:
    workspace, repo = context.input["workspace"], context.input["repo_slug"]
    body = context.input.get("body") or {}
    failing = f"Unable to run pipeline of {workspace}/{repo}"
    path = ("repositories", workspace, repo, "pipelines")

    def runs() -> list[Record]:
        found: list[Record] = host.need(host.get(*path, failing=failing, query=NEWEST), "values", failing=failing)
        return found

    label = f"pipeline:{workspace}/{repo}"
    before, is_later = seen_before(
        context, label, lambda: max((run.get("build_number", 0) for run in runs()), default=0)
    )

    def run_or_find() -> Record:
        new = [run for run in runs() if run.get("build_number", 0) > before and _is_of(run, body)] if is_later else []
        run = new[-1] if new else host.post(*path, failing=failing, body=body)
        return {
            "buildNumber": host.need(run, "build_number", failing=failing),
            "repoUrl": host.need(run, "repository", "links", "html", "href", failing=failing),
        }

    return context.checkpoint(f"made:{label}", run_or_find)


def _is_of(run: Record, body: Record) -> bool:
    """Whether the run is on the branch or tag that was asked for."""
    wanted = (body.get("target") or {}).get("ref_name")
    return wanted is None or (run.get("target") or {}).get("ref_name") == wanted


_COMMIT = object_of({"type": {"type": "string"}, "hash": {"type": "string"}}, ["type", "hash"])
_TARGET = object_of(
    {
        "ref_type": text("'branch' or 'tag'"),
        "type": text("What kind of target it is, such as 'pipeline_ref_target'"),
        "ref_name": text("The name of the branch or tag"),
        "source": text("The source branch of the pull request"),
        "destination": text("The destination branch of the pull request"),
        "destination_commit": object_of({"hash": {"type": "string"}}, ["hash"]),
        "commit": _COMMIT,
        "selector": object_of({"type": {"type": "string"}, "pattern": {"type": "string"}}, ["type", "pattern"]),
        "pull_request": object_of({"id": {"type": "string"}}, ["id"]),
    }
)
_VARIABLE = object_of(
    {"key": {"type": "string"}, "value": {"type": "string"}, "secured": {"type": "boolean"}},
    ["key", "value", "secured"],
)
ACTION = Action(
    id="bitbucket:pipelines:run",
    description="Starts a pipeline on Bitbucket Cloud",
    run=run_pipeline,
    input=schema(
        {
            "workspace": text("The workspace"),
            "repo_slug": text("The repository"),
            "body": {
                **object_of({"target": _TARGET, "variables": {"type": "array", "items": _VARIABLE}}),
                "description": "What to run, in the words of Bitbucket's REST API",
            },
            "token": TOKEN,
        },
        ["workspace", "repo_slug"],
    ),
    output=schema(
        {
            "buildNumber": number("The number of the run"),
            "repoUrl": text("Where the repository is"),
            "pipelinesUrl": text("Where its pipelines are"),
        }
    ),
    examples=(
        Example(
            "Run the pipeline of a branch with a variable",
            """
steps:
  - id: pipeline
    name: Start the pipeline
    action: bitbucket:pipelines:run
    input:
      workspace: acme
      repo_slug: shop
      body:
        target:
          type: pipeline_ref_target
          ref_type: branch
          ref_name: main
        variables:
          - key: STAGE
            value: test
            secured: false
""",
        ),
    ),
)
