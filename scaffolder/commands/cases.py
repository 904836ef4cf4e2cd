"""The test cases that stand beside a template."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema

from common.errors import InputError
from scaffolder.commands.given import find_template_file, read_documents

CASE_FILES = ("template.test.yaml", "template.test.yml")
CASE_FOLDER = "tests"
STATUSES = ["completed", "skipped", "failed", "processing"]
_TEXTS = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
_FILE = {
    "anyOf": [
        {"type": "string"},
        {"type": "null"},
        {
            "type": "object",
            "properties": {
                "contains": _TEXTS,
                "lacks": _TEXTS,
                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "executable": {"type": "boolean"},
            },
            "minProperties": 1,
            "additionalProperties": False,
        },
    ]
}
_ERROR = {
    "anyOf": [
        {"type": "boolean"},
        {
            "type": "object",
            "properties": {"name": {"type": "string"}, "message": {"type": "string"}},
            "additionalProperties": False,
        },
    ]
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "values": {"type": "object"},
        "secrets": {"type": "object", "additionalProperties": {"type": "string"}},
        "expect": {
            "type": "object",
            "properties": {
                "files": {"type": "object", "additionalProperties": _FILE},
                "noOtherFiles": {"type": "boolean"},
                "output": {"type": "object"},
                "error": _ERROR,
                "steps": {"type": "object", "additionalProperties": {"enum": STATUSES}},
            },
            "additionalProperties": False,
        },
    },
    "required": ["expect"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Case:
    """``expect`` was checked against the schema."""

    file: Path
    name: str
    values: Mapping[str, Any]
    secrets: Mapping[str, str]
    expect: Mapping[str, Any]


def find_template_files(path: Path) -> list[Path]:
    """That of the folder itself; else those of the folders below it that have cases. Raises InputError for none."""
    if not path.is_dir():
        raise InputError(f"'{path}' is not a folder")
    own = find_template_file(path)
    found = [own] if own else [file for file in sorted(_below(path)) if find_case_files(file.parent)]
    if not found:
        raise InputError(f"There is no template.yaml in '{path}', nor one with test cases below it")
    return found


def find_case_files(folder: Path) -> list[Path]:
    beside = [folder / name for name in CASE_FILES if (folder / name).is_file()]
    inside = sorted(file for pattern in ("*.yaml", "*.yml") for file in (folder / CASE_FOLDER).glob(pattern))
    return beside + inside


def read_cases(folder: Path) -> list[Case]:
    """Raises InputError if there is none, or one is wrong in itself."""
    cases = [case for file in find_case_files(folder) for case in _read_file(file)]
    if not cases:
        raise InputError(f"'{folder}' has no test cases; write some into template.test.yaml or tests/*.yaml")
    return cases


def _below(path: Path) -> Iterator[Path]:
    for folder in path.rglob("*/"):
        if (file := find_template_file(folder)) is not None:
            yield file


def _read_file(file: Path) -> Iterator[Case]:
    documents = read_documents(file)
    for number, document in enumerate(documents, start=1):
        fault = next(iter(jsonschema.Draft7Validator(SCHEMA).iter_errors(document)), None)
        if fault is not None:
            where = "/".join(map(str, fault.absolute_path)) or "it"
            raise InputError(f"'{file}', case {number}: {where} is wrong: {_message(fault)}")
        unnamed = file.stem if len(documents) == 1 else f"{file.stem} {number}"
        yield Case(
            file=file,
            name=document.get("name", unnamed),
            values=document.get("values", {}),
            secrets=document.get("secrets", {}),
            expect=document["expect"],
        )


def _message(fault: jsonschema.ValidationError) -> str:
    return fault.message if len(fault.message) < 300 else f"{fault.message[:300]}…"
