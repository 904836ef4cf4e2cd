"""
``callboard own``: ownership questions for people and scripts.

Knows the arguments only. What answers is imported when its turn comes, since it needs the settings that the command
line itself names.
"""

from __future__ import annotations

import argparse
from typing import Any


def add_ownership_commands(subparsers: Any) -> None:
    """Add ``own`` and what is below it to the command line."""
    own = subparsers.add_parser("own", help="ask who owns what")
    commands = own.add_subparsers(dest="own_command", required=True, metavar="COMMAND")
    who = commands.add_parser(
        "who",
        help="who owns an entity, and who these people are",
        epilog="example: callboard own who component:default/cart",
    )
    who.add_argument("entity_ref", help="[<kind>:][<namespace>/]<name>; the kind is component unless given")
    who.add_argument("--json", action="store_true", help="print one JSON object")
    who.set_defaults(run=run_who)


def run_who(arguments: argparse.Namespace) -> int:
    from ownership.who_command import run_who as run

    return run(arguments)
