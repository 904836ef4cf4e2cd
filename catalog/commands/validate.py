"""``callboard catalog validate``: every fault of a descriptor file, before anybody else sees it."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from catalog.commands.terminal import harmless, indented, open_console
from catalog.descriptors import BrokenDocument, parse_descriptor
from catalog.ingestion.validate import find_faults
from catalog.kinds.validate import describe_faults, validate_envelope
from catalog.settings import Limits, catalog_settings
from common.errors import CallboardError, InputError


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one document, and the way out. ``line`` and ``entity`` where they are known."""

    file: str
    line: int | None
    entity: str | None
    fault: str


def run(arguments: argparse.Namespace) -> int:
    faults, count = check_file(Path(arguments.file))
    if arguments.json:
        content = {"file": arguments.file, "documents": count, "faults": [asdict(fault) for fault in faults]}
        sys.stdout.write(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _print(faults, count, arguments.file)
    return 1 if faults else 0


def check_file(path: Path) -> tuple[list[Fault], int]:
    """The faults, and how many documents there are. A file that cannot be read at all is one fault."""
    limits = catalog_settings().limits
    location = f"file:{path.resolve()}"
    try:
        documents = parse_descriptor(_read(path, limits), location=location, limits=limits)
    except CallboardError as error:
        return [Fault(str(path), None, None, error.message)], 0
    faults: list[Fault] = []
    for document in documents:
        if isinstance(document, BrokenDocument):
            faults.append(Fault(str(path), document.line, None, document.error.message))
        else:
            messages = _find_faults(document.entity, location)
            faults += [Fault(str(path), None, _name_of(document.entity), message) for message in messages]
    return faults, len(documents)


def _read(path: Path, limits: Limits) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(limits.max_bytes + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > limits.max_bytes:
        raise InputError(f"{path} is larger than {limits.max_bytes} bytes; split it into several files")
    return data


def _find_faults(entity: dict[str, Any], location: str) -> list[str]:
    try:
        validate_envelope(entity)
    except CallboardError:
        return [describe_faults(entity)]
    return [fault["message"] for fault in find_faults(entity, location)]


def _name_of(entity: dict[str, Any]) -> str | None:
    metadata = entity.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    known = [str(part) for part in (entity.get("kind"), name) if part is not None]
    return ":".join(known) or None


def _print(faults: list[Fault], count: int, file: str) -> None:
    console = open_console()
    for fault in faults:
        place = fault.file if fault.line is None else f"{fault.file}:{fault.line}"
        console.print(harmless(" ".join(filter(None, [place, fault.entity]))), style="bold red")
        console.print(indented(fault.fault))
    if not faults:
        console.print(f"{file}: {'1 document' if count == 1 else f'{count} documents'}, no faults", style="green")
