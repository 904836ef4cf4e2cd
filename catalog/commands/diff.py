"""``callboard catalog diff``: what a provider's next run would change. Exit status 1 if it is anything."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

import orjson

from catalog.commands.terminal import harmless, open_console
from catalog.providers.diff import Change, ProviderDiff, diff_provider
from catalog.providers.registry import get_provider


def run(arguments: argparse.Namespace) -> int:
    diff = diff_provider(get_provider(arguments.provider))
    if arguments.json:
        sys.stdout.write(orjson.dumps(asdict(diff), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _print(diff)
    return 1 if diff.differs else 0


def _print(diff: ProviderDiff) -> None:
    console = open_console()
    for sign, style, changes in (("+", "green", diff.added), ("~", "yellow", diff.updated), ("-", "red", diff.removed)):
        for change in changes:
            console.print(harmless(f"{sign} {_name(change)}"), style=style)
    for warning in diff.warnings:
        console.print(harmless(f"! {warning}"), style="bold yellow")
    counts = f"{len(diff.added)} added, {len(diff.updated)} updated, {len(diff.removed)} removed"
    console.print(f"{counts}, {diff.unchanged} unchanged", style="dim")
    if diff.is_held:
        console.print("The removals would be held until a person accepts them", style="bold yellow")


def _name(change: Change) -> str:
    return change.target or change.entity_ref
