"""
``callboard own``: ownership questions for people and scripts.

Knows the arguments only. What answers is imported when its turn comes, since it needs the settings that the command
line itself names.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from typing import Any

KINDS = "only entities of this kind; may be repeated"


def add_ownership_commands(subparsers: Any) -> None:
    """Add ``own`` and what is below it to the command line."""
    own = subparsers.add_parser("own", help="ask who owns what")
    commands = own.add_subparsers(dest="own_command", required=True, metavar="COMMAND")
    _add_who(commands)
    _add_of(commands)
    _add_by(commands)
    _add_reports(commands)
    _add_paths(commands)
    _add_check(commands)


def _add_who(commands: Any) -> None:
    who = commands.add_parser(
        "who",
        help="who owns an entity, and who these people are",
        epilog="example: callboard own who component:default/cart",
    )
    _add_entity(who)
    _add_json(who)
    who.set_defaults(run=_later("who"))


def _add_of(commands: Any) -> None:
    of = commands.add_parser(
        "of",
        help="who owns an entity, and how we know",
        description="The owner that it states, those whom it inherits, and those whom CODEOWNERS names. Ends with 1 if nobody owns it.",
        epilog="example: callboard own of component:default/cart",
    )
    _add_entity(of)
    _add_json(of)
    of.set_defaults(run=_later("of"))


def _add_by(commands: Any) -> None:
    by = commands.add_parser(
        "by",
        help="what a group or a user owns",
        epilog="example: callboard own by group:default/department --transitive --csv",
    )
    by.add_argument("owner", help="[<kind>:][<namespace>/]<name>; the kind is group unless given")
    by.add_argument("--transitive", action="store_true", help="with all groups below a group, or the groups of a user")
    by.add_argument("--kind", action="append", default=[], metavar="KIND", help=KINDS)
    _add_formats(by)
    by.set_defaults(run=_later("tables"))


def _add_reports(commands: Any) -> None:
    unowned = commands.add_parser("unowned", help="entities that nobody owns")
    unowned.add_argument("--kind", action="append", default=[], metavar="KIND", help=KINDS)
    unowned.add_argument("--not-inheriting", action="store_true", help="leave out those that inherit an owner")
    dangling = commands.add_parser("dangling", help="owners that do not exist")
    conflicts = commands.add_parser("conflicts", help="entities for which CODEOWNERS names another owner")
    conflicts.add_argument("--kind", action="append", default=[], metavar="KIND", help=KINDS)
    for report in (unowned, dangling, conflicts):
        _add_formats(report)
        report.set_defaults(run=_later("tables"))


def _add_paths(commands: Any) -> None:
    paths = commands.add_parser(
        "paths",
        help="who owns files of a repository",
        epilog="example: callboard own paths https://github.com/org/repo services/cart/main.py",
    )
    paths.add_argument("repo", help="a URL of the repository, <host>/<org>/<repo> or <org>/<repo>")
    paths.add_argument("path", nargs="+", help="from the top of the repository")
    _add_formats(paths)
    paths.set_defaults(run=_later("tables"))


def _add_check(commands: Any) -> None:
    check = commands.add_parser(
        "check",
        help="whether files of a working tree have an owner by CODEOWNERS",
        description="Asks nobody: reads the CODEOWNERS of the git repository around. Ends with 1 if a file has no owner.",
        epilog="examples:\n  callboard own check --base origin/main\n  callboard own check src/new.py docs\n"
        "  callboard own check                  all files that git knows",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument("path", nargs="*", help="files and folders, from where you are")
    check.add_argument("--base", metavar="REF", help="the files that differ from where this branch left REF")
    check.add_argument(
        "--dialect",
        choices=("github", "gitlab", "bitbucket", "gitea"),
        help="whose rules hold (default: as the place of the file says, else GitHub's)",
    )
    _add_json(check)
    check.set_defaults(run=_later("check"), needs_catalog=False)


def _add_entity(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("entity_ref", help="[<kind>:][<namespace>/]<name>; the kind is component unless given")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_formats(parser: argparse.ArgumentParser) -> None:
    formats = parser.add_mutually_exclusive_group()
    formats.add_argument("--json", action="store_true", help="print one JSON object")
    formats.add_argument("--csv", action="store_true", help="print CSV")


def _later(module: str) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        status: int = import_module(f"ownership.commands.{module}").run(arguments)
        return status

    return run
