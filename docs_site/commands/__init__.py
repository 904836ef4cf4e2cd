"""
``callboard docs publish``: documentation, for people at a terminal and for CI.

Knows the arguments only. The command's module is imported when its turn comes, since it needs the settings that the
command line itself names.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path

OVERVIEW = """\
examples:
  callboard docs publish . --entity component:default/cart
  callboard docs publish --site ./site --entity component:default/cart

Where it is published to is told in docs/techdocs.md.
"""
PUBLISH_HELP = """\
Builds the folder with the mkdocs.yml, or takes a site that is built already, and puts it where the server reads it:
the folder or the bucket of techdocs.publisher in the configuration.

examples:
  callboard docs publish . --entity component:default/cart
  callboard docs publish services/cart --entity cart --json
  callboard docs publish --site ./site --entity component:default/cart
"""


def add_docs_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Each command leaves ``arguments.run``, which takes the arguments and returns the exit status."""
    raw = argparse.RawDescriptionHelpFormatter
    docs = subparsers.add_parser("docs", help="publish documentation", epilog=OVERVIEW, formatter_class=raw)
    commands = docs.add_subparsers(dest="docs_command", required=True, metavar="COMMAND")
    publish = commands.add_parser(
        "publish", help="build and publish an entity's documentation", epilog=PUBLISH_HELP, formatter_class=raw
    )
    what = publish.add_mutually_exclusive_group(required=True)
    what.add_argument("source", metavar="DIR", type=Path, nargs="?", help="the folder with the mkdocs.yml")
    what.add_argument("--site", metavar="DIR", type=Path, help="a site that is built already")
    publish.add_argument(
        "--entity", metavar="REF", required=True, help="whose documentation it is, as in component:default/cart"
    )
    publish.add_argument("--json", action="store_true", help="print JSON, for scripts")
    publish.set_defaults(run=_publish)


def _publish(arguments: argparse.Namespace) -> int:
    status: int = import_module("docs_site.commands.publish").run(arguments)
    return status
