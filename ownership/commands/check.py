"""``callboard own check``: fails a build when a changed file has no owner."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import orjson

from catalog.commands.terminal import harmless
from ownership.check import Checked, check_tree


def run(arguments: argparse.Namespace) -> int:
    """1 if a file has no owner."""
    checked = check_tree(Path.cwd(), paths=arguments.path, base=arguments.base, dialect=arguments.dialect)
    if arguments.json:
        sys.stdout.write(orjson.dumps(_content(checked)).decode() + "\n")
    else:
        for fault in checked.file.faults:
            sys.stderr.write(harmless(f"{checked.file.path}, line {fault.line}: {fault.reason}") + "\n")
        sys.stdout.write("\n".join(map(harmless, describe(checked))) + "\n")
    return 1 if checked.unowned else 0


def _content(checked: Checked) -> dict[str, object]:
    return {
        "file": checked.file.path,
        "dialect": checked.file.dialect,
        "files": checked.count,
        "unowned": [path.encode("utf-8", "replace").decode() for path in checked.unowned],
        "faults": [{"line": fault.line, "text": fault.text, "reason": fault.reason} for fault in checked.file.faults],
    }


def describe(checked: Checked) -> list[str]:
    files = f"{checked.count} {'file' if checked.count == 1 else 'files'}"
    if not checked.unowned:
        return [f"By {checked.file.path} somebody owns each of {files}"]
    return [f"By {checked.file.path} nobody owns {len(checked.unowned)} of {files}:", *map(_indented, checked.unowned)]


def _indented(path: str) -> str:
    return "  " + path.replace("\n", "\\n")
