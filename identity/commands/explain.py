"""``callboard policy explain``: prints the decision, the rule that decides, and what the user belongs to."""

from __future__ import annotations

import argparse
import sys

import orjson
from django.conf import settings

from catalog.commands.terminal import harmless, open_console
from identity.permissions.explain import Explanation, explain
from identity.permissions.rule import PolicyRule


def run_explain(arguments: argparse.Namespace) -> int:
    found = explain(settings.APP_CONFIG, arguments.user, arguments.permission, arguments.resource)
    if arguments.json:
        sys.stdout.write(orjson.dumps(found.to_json()).decode() + "\n")
    else:
        _print(found)
    return 0


def _print(found: Explanation) -> None:
    console = open_console()
    on = f" on {found.resource}" if found.resource else ""
    console.print(harmless(f"{found.decision}  {found.caller}: {found.permission}{on}"), style="bold")
    console.print(harmless(f"  {_describe(found.rule)}" if found.rule else f"  {found.reason}"))
    console.print(harmless(f"  ownership refs: {', '.join(found.ownership_refs) or 'none'}"))
    for one in found.considered:
        if one.rule is not found.rule:
            fits = "depends on the resource" if one.fits is None else "does not fit"
            console.print(harmless(f"  {fits}: {_describe(one.rule)}"))


def _describe(rule: PolicyRule) -> str:
    name = f" '{rule.name}'" if rule.name else ""
    return f"{rule.place}: rule{name} says {'allow' if rule.is_allowing else 'deny'}"
