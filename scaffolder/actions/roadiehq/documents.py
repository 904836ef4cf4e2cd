"""Reading JSON and YAML out of the workspace, with JavaScript's numbers."""

from __future__ import annotations

import json
from typing import Any

from catalog.descriptors import parse_values
from catalog.descriptors.scalars import js_number
from catalog.settings import Limits
from common.errors import InputError
from scaffolder.workspace.workspace import Workspace

Json = Any
MAX_BYTES = 10 * 1024 * 1024


def read_text(workspace: Workspace, path: str) -> str:
    """Raises InputError if it is too large or no UTF-8, NotFoundError."""
    return workspace.read_text(path, max_bytes=MAX_BYTES)


def rewrite(workspace: Workspace, path: str, text: str) -> None:
    """Give the file other content; what could be executed before still can."""
    entry = workspace.find(path)
    workspace.write_text(path, text, is_executable=entry is not None and entry.is_executable)


def parse_json(text: str, *, named: str) -> Json:
    """``named`` says in messages what the text is. Raises InputError."""
    try:
        return json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_refuse_constant)
    except RecursionError:
        raise InputError(f"{named} is not JSON that can be read: it is nested too deeply") from None
    except ValueError as error:
        raise InputError(f"{named} is not JSON: {error}") from None


def parse_yaml_documents(text: str, *, named: str) -> list[Json]:
    """The values of all documents, by YAML 1.2. Raises InputError."""
    return parse_values(text.encode(), location=named[:1].lower() + named[1:], limits=Limits())


def parse_yaml(text: str, *, named: str) -> Json:
    """The one document; None if there is nothing. Raises InputError if there are several."""
    documents = parse_yaml_documents(text, named=named)
    if len(documents) > 1:
        raise InputError(f"{named} holds {len(documents)} YAML documents where one is expected")
    return documents[0] if documents else None


def _number(text: str) -> int | float | None:
    return js_number(float(text))


def _refuse_constant(text: str) -> None:
    raise ValueError(f"'{text}' is not a JSON value")
