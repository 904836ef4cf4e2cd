"""
``http:backstage:request``: a request to this server's own API, with the token of whoever started the task.

What changes something is sent once: its answer is kept, so that a step that is tried again after its worker died does
not send it again.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from common.errors import CallboardError, NotAllowedError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.http.address import build_url, encode_params
from scaffolder.actions.http.message import build_body, build_headers
from scaffolder.actions.http.send import Answer, send
from scaffolder.actions.roadiehq.json_text import stringify
from scaffolder.actions.roadiehq.schemas import closed_object

ACTION_ID = "http:backstage:request"
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "UPDATE", "DELETE", "PUT", "PATCH")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
DEFAULT_MILLISECONDS = 60_000
LONGEST_MILLISECONDS = 600_000
EXAMPLES = (
    Example(
        "Ask the catalog for an entity, and go on if there is none",
        """\
steps:
  - action: http:backstage:request
    id: find-system
    name: Find the system
    input:
      method: GET
      path: /catalog/entities/by-name/system/default/${{ parameters.system }}
      continueOnBadResponse: true
""",
    ),
    Example(
        "Have an entity read again",
        """\
steps:
  - action: http:backstage:request
    id: refresh
    name: Refresh the component
    input:
      method: POST
      path: /catalog/refresh
      headers:
        content-type: application/json
      body:
        entityRef: component:default/${{ parameters.name }}
""",
    ),
)


def request_backstage(context: ActionContext) -> None:
    method, path = context.input["method"], context.input["path"]
    _check_method(context, method)
    shown = path if context.input.get("logRequestPath", True) else None
    context.log.info(
        f"Creating {method} request with {ACTION_ID} scaffolder action" + (f" against {shown}" if shown else "")
    )
    if context.is_dry_run and method not in SAFE_METHODS:
        query = encode_params(context.input.get("params") or {})
        where = f" to {path}{f'?{query}' if query else ''}" if shown else ""
        context.log.info(f"Dry run mode. Skipping non dry-run safe method '{method}' request{where}")
        return
    kept = context.input.get("idempotencyKey") or ("request" if method not in SAFE_METHODS else None)
    answer = context.checkpoint(kept, lambda: _request(context)) if kept else _request(context)
    for name, value in answer.items():
        context.output(name, value)


def _request(context: ActionContext) -> dict[str, Any]:
    """The outputs. Raises CallboardError."""
    method = context.input["method"]
    base_url = context.tools.config.string("backend.baseUrl", "http://localhost:7007")
    url = build_url(base_url, context.input["path"], context.input.get("params"))
    headers = build_headers(context.input.get("headers"))
    body = build_body(context.input.get("body"), method, headers)
    token = context.secrets.get("backstageToken")
    if token and not headers.get("authorization"):
        context.log.info("Token is defined. Setting authorization header.")
        headers["authorization"] = f"Bearer {token}"
    milliseconds = min(context.input.get("timeout", DEFAULT_MILLISECONDS), LONGEST_MILLISECONDS)
    answer = send(method, url, headers=headers, body=body, seconds=milliseconds / 1000)
    return asdict(answer) if answer.code < 400 else _bad_outputs(context, answer)


def _bad_outputs(context: ActionContext, answer: Answer) -> dict[str, Any]:
    context.log.error(
        f"There was an issue with your request. Status code: {answer.code} Response body: {stringify(answer.body)}"
    )
    if not context.input.get("continueOnBadResponse"):
        raise CallboardError(f"Unable to complete request: the server answered {answer.code}")
    return {"code": answer.code, "headers": {}, "body": answer.body}


def _check_method(context: ActionContext, method: str) -> None:
    allowed = context.tools.config.get("scaffolder.http.allowedMethods")
    if allowed and method not in allowed:
        raise NotAllowedError(f"HTTP method '{method}' is not permitted by 'scaffolder.http.allowedMethods'.")


ACTION = Action(
    id=ACTION_ID,
    description="Sends a request to this server's own API, with the token of the user who started the task",
    run=request_backstage,
    input=closed_object(
        {
            "path": {"type": "string", "description": "Below /api, as in /catalog/entities; may have a query"},
            "method": {"type": "string", "enum": list(METHODS), "description": "The HTTP method"},
            "headers": {"type": "object", "additionalProperties": {}, "description": "Headers to send"},
            "params": {"type": "object", "additionalProperties": {}, "description": "What is added to the query"},
            "body": {"description": "What to send: a text as it is, anything else as JSON"},
            "logRequestPath": {"type": "boolean", "description": "False keeps the path out of the log"},
            "continueOnBadResponse": {
                "type": "boolean",
                "description": "True: a status of 400 and above does not fail the step, but is given as its output",
            },
            "timeout": {
                "type": "number",
                "description": "Milliseconds until the request is given up; ten minutes at most",
                "default": DEFAULT_MILLISECONDS,
            },
            "useBackstageToken": {
                "type": "boolean",
                "description": "Allowed for compatibility: the user's own token is always the one that is sent",
            },
            "idempotencyKey": {
                "type": "string",
                "description": "A name, unique in the step, under which the answer is kept, so that the request is"
                " sent once even if the step is tried again. Requests that change something are kept anyway",
            },
        },
        ["path", "method"],
    ),
    output=closed_object(
        {
            "code": {"type": "string", "description": "The status of the answer"},
            "headers": {"type": "object", "additionalProperties": {}, "description": "The headers of the answer"},
            "body": {"description": "The JSON of the answer; if it is none, its text as 'message'"},
        }
    ),
    examples=EXAMPLES,
    supports_dry_run=True,
)
