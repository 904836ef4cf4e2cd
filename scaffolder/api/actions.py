"""The doors to what templates may use: actions, and the words that their expressions have besides the language's."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from common.api.answers import answer_text_with_etag, answer_with_etag, etag_of
from common.json_response import to_json
from scaffolder.actions.action import Action
from scaffolder.actions.registry import all_actions
from scaffolder.api import access
from scaffolder.api.extensions import EXTENSIONS
from scaffolder.api.request_check import check_request


def list_actions(request: HttpRequest) -> HttpResponse:
    check_request(request, "ListActions")
    access.ensure_token(request, access.READ_STEPS)
    text, etag = _actions_text()
    return answer_text_with_etag(request, text, etag)


def list_extensions(request: HttpRequest) -> HttpResponse:
    check_request(request, "ListTemplatingExtensions")
    access.ensure_token(request, access.READ_STEPS)
    return answer_with_etag(request, EXTENSIONS)


# What stands before digits and letters, and in which order.
_PUNCTUATION = {ord(mark): place for place, mark in enumerate("_-,;:!?.", start=1)}


@lru_cache(maxsize=1)
def _actions_text() -> tuple[bytes, str]:
    """With its etag. Half a megabyte, the same for everybody as long as the process lives."""
    text = to_json([action_json(action) for action in sorted(all_actions().values(), key=place_in_list)])
    return text, etag_of(text)


def place_in_list(action: Action) -> tuple[str, str]:
    """Where a person would look for it, as ``localeCompare`` has it: letters by case only where all else is equal."""
    text = action.id.translate(_PUNCTUATION)
    return text.lower(), text.swapcase()


def action_json(action: Action) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": action.id, "description": action.description}
    if action.examples:
        shown["examples"] = [
            {"description": example.description, "example": example.example} for example in action.examples
        ]
    schemas = {"input": action.input, "output": action.output}
    shown["schema"] = {side: schema for side, schema in schemas.items() if schema}
    return shown
