"""
``callboard policy``: why somebody may do something, or may not.

Knows the arguments only. What answers is imported when its turn comes, since it needs the settings that the command
line itself names.
"""

from __future__ import annotations

import argparse

EXPLAIN_HELP = """\
Says whether the policy allows it, and which rule decides, by where it is written.

examples:
  callboard policy explain alice catalog.entity.read component:default/cart
  callboard policy explain user:default/alice scaffolder.task.cancel 4f1d4a3e-0c3b-4a55-9d0c-0f6f1f4c8a01
  callboard policy explain guest scaffolder.task.create
  callboard policy explain service:ci catalog.location.create --json
"""


def add_policy_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``policy`` and what is below it to the command line."""
    policy = subparsers.add_parser("policy", help="ask why somebody may do something")
    commands = policy.add_subparsers(dest="policy_command", required=True, metavar="COMMAND")
    explain = commands.add_parser(
        "explain",
        help="which rule of the policy decides",
        description=EXPLAIN_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    explain.add_argument("user", help="a user's entity ref, guest, or service:<subject>")
    explain.add_argument("permission", help="Backstage's name, such as catalog.entity.delete")
    explain.add_argument("resource", nargs="?", help="an entity ref, or the id of a task")
    explain.add_argument("--json", action="store_true", help="print one JSON object")
    explain.set_defaults(run=run_explain)


def run_explain(arguments: argparse.Namespace) -> int:
    from identity.commands.explain import run_explain as run

    return run(arguments)
