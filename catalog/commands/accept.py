"""``callboard catalog accept``: let a removal through that the shrink guard holds back."""

from __future__ import annotations

import argparse
import sys

import orjson

from catalog.bell import ring_for_providers
from catalog.commands.terminal import harmless, open_console
from catalog.providers.accept import accept_removal
from catalog.providers.registry import get_provider


def run(arguments: argparse.Namespace) -> int:
    removals = accept_removal(get_provider(arguments.provider).name)
    ring_for_providers()
    if arguments.json:
        sys.stdout.write(orjson.dumps({"removals": removals}).decode() + "\n")
    else:
        open_console().print(
            harmless(f"{removals} entities of {arguments.provider} go at its next run, which is due now")
        )
    return 0
