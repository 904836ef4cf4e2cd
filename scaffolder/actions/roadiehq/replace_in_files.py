"""``roadiehq:utils:fs:replace``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from common.errors import InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.roadiehq.documents import MAX_BYTES
from scaffolder.actions.roadiehq.globs import find_files
from scaffolder.actions.roadiehq.schemas import closed_object
from scaffolder.templating.errors import Fault
from scaffolder.templating.expansion import expanded, expanded_match
from scaffolder.templating.js_regex import compiled, replace
from scaffolder.templating.limits import Budget, Limits
from scaffolder.templating.utf16 import from_units, to_units

Replace = Callable[[str], str]
LIMITS = Limits(steps=30_000_000, text=4 * MAX_BYTES, output=4 * MAX_BYTES, seconds=10.0)
EXAMPLES = (
    Example(
        "Replace a word in all Markdown files",
        """\
steps:
  - action: roadiehq:utils:fs:replace
    id: name-the-project
    name: Name the project
    input:
      files:
        - file: '**/*.md'
          find: PROJECT_NAME
          replaceWith: ${{ parameters.name }}
""",
    ),
    Example(
        "Replace what a regular expression finds, and keep a part of it",
        """\
steps:
  - action: roadiehq:utils:fs:replace
    id: raise-version
    name: Raise the version
    input:
      files:
        - file: package.json
          find: '"version": "(\\d+)\\.[^"]*"'
          replaceWith: '"version": "$1.99.0"'
          matchRegex: true
""",
    ),
)


def replace_in_files(context: ActionContext) -> None:
    for wish in context.input["files"]:
        pattern = wish.get("file")
        if not pattern:
            raise InputError("Path to file needs to be defined")
        replace_all = _replacement(wish)
        count = 0
        for entry in find_files(context.workspace, pattern, with_dots=wish.get("includeDotFiles", False)):
            context.stop.check()
            _replace_in(context, entry.path, entry.is_executable, replace_all)
            count += 1
        if not count:
            context.log.warn(f"No file of the workspace matches '{pattern}'")


def _replace_in(context: ActionContext, path: str, is_executable: bool, replace_all: Replace) -> None:
    data = context.workspace.read_bytes(path, max_bytes=MAX_BYTES)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        context.log.warn(f"The file '{path}' is left as it is: it is not UTF-8 text")
        return
    replaced = replace_all(text)
    if replaced != text:
        context.workspace.write_text(path, replaced, is_executable=is_executable)


def _replacement(wish: Mapping[str, Any]) -> Replace:
    """Raises InputError, as the function that it gives does."""
    find, replacement = wish.get("find"), wish.get("replaceWith")
    if not find or not replacement:
        raise InputError("each file must have a find and replaceWith property")
    if not wish.get("matchRegex"):
        return lambda text: _replace_text(text, find, replacement)
    return lambda text: _replace_pattern(text, find, replacement)


def _replace_text(text: str, find: str, replacement: str) -> str:
    """``text.replaceAll(find, replacement)``: ``$&`` and its kin mean the same as for a regular expression."""
    if "$" not in replacement:
        return text.replace(find, replacement)
    pieces: list[str] = []
    end = 0
    while (start := text.find(find, end)) != -1:
        before, after = text[:start], text[start + len(find) :]
        pieces += [text[end:start], expanded(replacement, lambda b=before: b, find, lambda a=after: a, (), {})]  # type: ignore[misc]
        end = start + len(find)
    return "".join([*pieces, text[end:]])


def _replace_pattern(text: str, find: str, replacement: str) -> str:
    """``text.replaceAll(new RegExp(find, 'g'), replacement)``, within bounds of time and size."""
    try:
        pattern = compiled(to_units(find), "g")
        names = pattern.translation.names
        budget = Budget(LIMITS)
        replaced, _ = replace(
            pattern,
            to_units(text),
            lambda found, subject: expanded_match(to_units(replacement), found, subject, names),
            budget,
        )
    except Fault as fault:
        raise InputError(f"The regular expression '{find[:200]}' cannot be used: {fault.message}") from None
    return from_units(replaced)


ACTION = Action(
    id="roadiehq:utils:fs:replace",
    description="Replaces text in files of the workspace",
    run=replace_in_files,
    input=closed_object(
        {
            "files": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "file": {"type": "string", "description": "A path in the workspace; may have wildcards"},
                        "find": {"type": "string", "description": "What is replaced, wherever it stands"},
                        "matchRegex": {"type": "boolean", "description": "Whether 'find' is a regular expression"},
                        "replaceWith": {
                            "type": "string",
                            "description": "What takes its place; $& stands for what was found, $1 for a group of it",
                        },
                        "includeDotFiles": {
                            "type": "boolean",
                            "description": "Whether wildcards stand for names that begin with a dot, too",
                        },
                    },
                    "additionalProperties": False,
                },
            }
        },
        ["files"],
    ),
    examples=EXAMPLES,
    supports_dry_run=True,
)
