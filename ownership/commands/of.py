"""``callboard own of``: who owns an entity, with the evidence."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import orjson

from catalog.commands.terminal import harmless
from catalog.entity_ref import EntityRef
from ownership.questions.of import find_owners_of


def run(arguments: argparse.Namespace) -> int:
    """0 with the answer; 1 if nobody owns it."""
    found = find_owners_of(EntityRef.parse(arguments.entity_ref, default_kind="component"), None)
    if arguments.json:
        sys.stdout.write(orjson.dumps(found).decode() + "\n")
    else:
        sys.stdout.write("\n".join(map(harmless, describe(found))) + "\n")
    return 0 if found["owners"] else 1


def describe(found: dict[str, Any]) -> list[str]:
    if found["owners"]:
        lines = [f"{found['entityRef']} is owned by {', '.join(found['owners'])}"]
    else:
        lines = [f"Nobody owns {found['entityRef']}"]
    lines += [_line("states", owner, f"in {owner['evidence']['location']}") for owner in found["direct"]]
    lines += [
        _line("inherits", owner, f"through {', '.join(owner['evidence']['through'])}") for owner in found["inherited"]
    ]
    for steward in found["stewards"]:
        evidence = steward["evidence"]
        known = steward["ownerRef"] or "nobody in the catalog"
        lines.append(f"  CODEOWNERS names {steward['owner']}, which is {known}")
        lines.append(f"    line {evidence['line']}, '{evidence['pattern']}', of {evidence['file']}")
    if found["codeowners"]["message"]:
        lines.append(f"  CODEOWNERS: {found['codeowners']['message']}")
    return lines


def _line(verb: str, owner: dict[str, Any], evidence: str) -> str:
    missing = "" if owner["exists"] else ", which does not exist"
    return f"  {verb} {owner['ownerRef']}{missing}, {evidence}"
