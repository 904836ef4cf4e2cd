"""The tools of the scaffolder: names, inputs and outputs are those of Backstage's scaffolder plugin."""

from __future__ import annotations

import base64
from typing import Any

from common.api.doors import plain_view
from common.errors import NotAllowedError
from mcp_actions.caller import Caller
from mcp_actions.tools.tool import READS, Attributes, Input, Output, Tool, takes, text, whole_number
from mcp_actions.tools.yaml_text import YamlError, parse_one
from scaffolder.api import access, actions, dry_runs, tasks
from scaffolder.models import TaskStatus
from scaffolder.tasks.events import events_after

PLUGIN = "scaffolder"
VALUES = {"type": "object", "additionalProperties": True}

_tasks = plain_view(get=tasks.list_all, post=tasks.create)
_task = plain_view(get=tasks.read)
_actions = plain_view(get=actions.list_actions)
_dry_run = plain_view(post=dry_runs.run)


def list_tasks(caller: Caller, given: Input) -> Output:
    query = [(name, str(given[name])) for name in ("limit", "offset") if name in given]
    query += [("status", status) for status in _listed(given.get("status", []))]
    if given.get("owned"):
        if caller.identity.kind != "user":
            raise NotAllowedError("Filtering by owned tasks requires a user identity.")
        query.append(("createdBy", caller.identity.subject))
    found = caller.get(PLUGIN, _tasks, query)
    shown = ("id", "spec", "status", "createdAt", "lastHeartbeatAt")
    listed = [{name: task[name] for name in shown if name in task} for task in found["tasks"]]
    return {"tasks": listed, "totalTasks": found["totalTasks"]}


def execute_template(caller: Caller, given: Input) -> Output:
    return {"taskId": caller.post(PLUGIN, _tasks, given)["id"]}


def get_task_logs(caller: Caller, given: Input) -> Output:
    """Who may read a task may read what it logs. The door to that would wait for news, which an agent does not."""
    task = caller.get(PLUGIN, _task, task_id=given["taskId"])
    return {"events": [_event_json(event) for event in events_after(task["id"], given.get("after"))]}


def list_actions(caller: Caller, _: Input) -> Output:
    return {"actions": [_action_json(action) for action in caller.get(PLUGIN, _actions)]}


def dry_run_template(caller: Caller, given: Input) -> Output:
    try:
        template = parse_one(given["templateYaml"])
    except YamlError as error:
        return {"valid": False, "message": "Failed to parse YAML template", "errors": [error.message]}
    files = [
        {"path": file["path"], "base64Content": base64.b64encode(file["content"].encode()).decode()}
        for file in given.get("files", [])
    ]
    body = {"template": template, "values": given.get("values", {}), "directoryContents": files}
    result = caller.post(PLUGIN, _dry_run, body)
    return {
        "valid": True,
        "message": "Template validation successful",
        "log": [_shown(entry["body"], "message", "stepId", "status") for entry in result["log"]],
        "output": result["output"],
        "steps": [_shown(step, "id", "name", "action") for step in result["steps"]],
    }


def may_dry_run(caller: Caller) -> bool:
    try:
        access.require(caller.request(), access.DRY_RUN_TEMPLATES)
    except NotAllowedError:
        return False
    return True


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _shown(value: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value[name] for name in names if name in value}


def _event_json(event: dict[str, Any]) -> dict[str, Any]:
    return {
        **_shown(event, "id", "taskId", "createdAt", "type"),
        "body": _shown(event["body"], "message", "stepId", "status"),
    }


def _action_json(action: dict[str, Any]) -> dict[str, Any]:
    schema = action.get("schema", {})
    return {
        "id": action["id"],
        "description": action.get("description") or "",
        "schema": {"input": schema.get("input", {}), "output": schema.get("output", {})},
        "examples": action.get("examples", []),
    }


_STATUS = {"type": "string", "enum": [*TaskStatus.values, "skipped"]}

TOOLS = (
    Tool(
        PLUGIN,
        "list-scaffolder-tasks",
        "List Scaffolder Tasks",
        "Lists tasks, which are runs of templates, the newest first. Each has an id, the spec that it runs, a status and the"
        " time of its creation; a running one also the time of its last sign of life.",
        takes(
            owned={"type": "boolean", "default": False, "description": "Only tasks that the calling user has started."},
            limit=whole_number("The most tasks to answer with.", minimum=1, maximum=1000),
            offset=whole_number("How many tasks to pass over first.", minimum=0),
            status={
                "description": "Only tasks of this status, or of one of these.",
                "anyOf": [_STATUS, {"type": "array", "items": _STATUS, "minItems": 1}],
            },
        ),
        READS,
        list_tasks,
    ),
    Tool(
        PLUGIN,
        "dry-run-template",
        "Dry Run Scaffolder Template",
        "Runs a template without any effect, to see whether it works: its steps are run as far as they can be without"
        " touching anything outside. Answers with the log, the outputs and the steps, or with the error.",
        takes(
            ("templateYaml",),
            templateYaml=text("The YAML of the template."),
            values={**VALUES, "description": "What the form of the template would be filled in with."},
            files={
                "type": "array",
                "description": "The files beside the template that its steps need.",
                "items": takes(
                    ("path", "content"),
                    path=text("The path of the file, as seen from the template."),
                    content=text("The text of the file."),
                ),
            },
        ),
        READS,
        dry_run_template,
        is_visible=may_dry_run,
    ),
    Tool(
        PLUGIN,
        "list-scaffolder-actions",
        "List Scaffolder Actions",
        "Lists the actions that steps of templates can use, each with its id, what it does, the JSON Schemas of its input and"
        " output, and examples. Needs no input.",
        takes(),
        READS,
        list_actions,
    ),
    Tool(
        PLUGIN,
        "execute-template",
        "Execute Scaffolder Template",
        "Runs a template with the given values, on behalf of the caller and with what he may do. Answers with the id of the"
        " task, by which its logs can be read. Get the Template entity with `get-catalog-entity` first: its"
        " `spec.parameters` say which values it takes, its `spec.secrets` which secrets.",
        takes(
            ("templateRef", "values"),
            templateRef=text("The ref of the template, such as `template:default/new-service`."),
            values={**VALUES, "description": "What to fill in, by the parameters of the template."},
            secrets={
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "Secrets that the template asks for. They are kept sealed and never shown.",
            },
        ),
        Attributes(is_destructive=True),
        execute_template,
    ),
    Tool(
        PLUGIN,
        "get-scaffolder-task-logs",
        "Get Scaffolder Task Logs",
        "Gets the events of a task in their order: `log`, `completion`, `cancelled` and `recovered`, each with a message, and"
        " the step and status that it is about. Ask again with the last id as `after` to get only what is new.",
        takes(
            ("taskId",),
            taskId=text("The id of the task."),
            after=whole_number("Only events later than the one with this id.", minimum=0, maximum=2**53 - 1),
        ),
        READS,
        get_task_logs,
    ),
)
