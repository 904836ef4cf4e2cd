"""``callboard own who``: the answer as text, or as JSON."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

import orjson

from catalog.entity_ref import EntityRef
from ownership.who import Ownership, find_ownership


def run(arguments: argparse.Namespace) -> int:
    """0 with the answer; 1 if nobody owns it."""
    found = find_ownership(EntityRef.parse(arguments.entity_ref, default_kind="component"))
    if arguments.json:
        sys.stdout.write(orjson.dumps(asdict(found)).decode() + "\n")
    else:
        sys.stdout.write("\n".join(describe(found)) + "\n")
    return 0 if found.owners else 1


def describe(found: Ownership) -> list[str]:
    if not found.owners:
        return [f"Nobody owns {found.entity_ref}: its descriptor names no spec.owner"]
    lines = [f"{found.entity_ref} is owned by {', '.join(found.owners)}"]
    lines += [f"  no such owner in the catalog: {ref}" for ref in found.missing]
    above = [ref for ref in found.groups if ref not in found.owners]
    if above:
        lines.append(f"  within  {', '.join(above)}")
    if found.people:
        lines.append(f"  people  {', '.join(found.people)}")
    return lines
