"""What a run of a template did, against what its author expects."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from scaffolder.actions.yaml_text import yaml_text
from scaffolder.commands.trial import Trial
from scaffolder.dry_run import DryRunFile

Expect = Mapping[str, Any]
LONGEST_DIFF = 60
_BLANK_END = re.compile(r"[ \t]+\Z")


def find_problems(trial: Trial, expect: Expect) -> list[str]:
    """Empty if all is as expected. Each may have several lines, the first of which says what it is about."""
    return [
        *_error_problems(trial, expect.get("error", False)),
        *_step_problems(trial, expect.get("steps", {})),
        *_file_problems(trial, expect),
        *_output_problems(trial, expect.get("output", {})),
    ]


def _error_problems(trial: Trial, expected: Any) -> Iterator[str]:
    error = trial.error
    if error is None:
        if expected is not False:
            yield "it completed, but an error is expected"
        return
    shown = f"{error['name']}: {error['message']}"
    if expected is False:
        yield f"it failed: {shown}"
    elif isinstance(expected, dict):
        if "name" in expected and expected["name"] != error["name"]:
            yield f"the error has another name than {expected['name']}: {shown}"
        if expected.get("message", "") not in error["message"]:
            yield f"the error does not say '{expected['message']}': {shown}"


def _step_problems(trial: Trial, expected: Mapping[str, str]) -> Iterator[str]:
    for step_id, status in expected.items():
        found = trial.statuses.get(step_id)
        if found is None:
            known = ", ".join(trial.statuses) or "none"
            yield f"step {step_id} did not run (those that did: {known})"
        elif found != status:
            yield f"step {step_id} is {found}, expected {status}"


def _file_problems(trial: Trial, expect: Expect) -> Iterator[str]:
    files = {file.path: file for file in trial.files}
    expected: Mapping[str, Any] = expect.get("files", {})
    for path, wish in expected.items():
        file = files.get(path)
        if file is None:
            if wish is not None:
                yield f"{path} was not made (files: {', '.join(files) or 'none'})"
        elif wish is None:
            yield f"{path} was made, but must not be there"
        else:
            yield from _content_problems(file, {"is": wish} if isinstance(wish, str) else wish)
    if expect.get("noOtherFiles"):
        for path in files:
            if expected.get(path) is None:
                yield f"{path} was made, but is not expected"


def _content_problems(file: DryRunFile, wish: Mapping[str, Any]) -> Iterator[str]:
    text = file.content.decode("utf-8", "replace")
    if "is" in wish and text != wish["is"]:
        yield f"{file.path} is different\n{_diff(wish['is'], text)}"
    for part in _texts(wish.get("contains", [])):
        if part not in text:
            yield f"{file.path} does not contain '{part}'\n{_shortened(text.splitlines())}"
    for part in _texts(wish.get("lacks", [])):
        if part in text:
            yield f"{file.path} contains '{part}'"
    digest = hashlib.sha256(file.content).hexdigest()
    if wish.get("sha256", digest) != digest:
        yield f"{file.path} has the SHA-256 {digest}, expected {wish['sha256']}"
    if wish.get("executable", file.is_executable) != file.is_executable:
        yield f"{file.path} is {'' if file.is_executable else 'not '}executable"


def _output_problems(trial: Trial, expected: Mapping[str, Any]) -> Iterator[str]:
    for name, value in expected.items():
        if name not in trial.output:
            yield f"there is no output '{name}' (outputs: {', '.join(trial.output) or 'none'})"
        elif trial.output[name] != value:
            yield f"the output '{name}' is different\n{_diff(yaml_text(value), yaml_text(trial.output[name]))}"


def _texts(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _diff(expected: str, found: str) -> str:
    """Lines that are missing with ``-``, those that are too many with ``+``. Blanks at their ends are dots."""
    lines = list(difflib.unified_diff(expected.splitlines(), found.splitlines(), "expected", "made", lineterm="", n=2))
    if not lines:
        return "they differ in line breaks only"
    return _shortened([line[:1] + _BLANK_END.sub(lambda blanks: "·" * len(blanks[0]), line[1:]) for line in lines])


def _shortened(lines: list[str]) -> str:
    kept = lines[:LONGEST_DIFF]
    rest = len(lines) - len(kept)
    return "\n".join([*kept, *([f"… {rest} more lines"] if rest else [])])
