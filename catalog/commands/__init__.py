"""
``callboard catalog ingest|query|validate|providers|diff|accept``: the catalog's doors for people at a terminal and for CI.

Knows the arguments only. Each command's module is imported when its turn comes, since it needs the settings that
the command line itself names.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

Command = Callable[[argparse.Namespace], int]


def add_catalog_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Each command leaves ``arguments.run``, which takes the arguments and returns the exit status."""
    catalog = subparsers.add_parser("catalog", help="ingest, query and validate entities, and see to providers")
    commands = catalog.add_subparsers(dest="catalog_command", required=True, metavar="COMMAND")
    _add_ingest(commands)
    _add_query(commands)
    _add_validate(commands)
    _add_providers(commands)
    _add_diff(commands)
    _add_accept(commands)


def _add_ingest(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("ingest", help="read descriptors into the catalog, once and now")
    parser.add_argument("target", metavar="PATH_OR_URL", help="a catalog-info.yaml, or a URL that leads to one")
    _finish(parser, "ingest")


def _add_query(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("query", help="find entities")
    parser.add_argument(
        "filters",
        metavar="FILTER",
        nargs="*",
        help="as in 'kind=component,spec.type=service'; of several, one must match",
    )
    parser.add_argument("--fields", metavar="PATHS", help="what to show, as in kind,metadata.name,spec.owner")
    parser.add_argument("--limit", metavar="N", type=int, help="show N entities at most")
    _finish(parser, "query")


def _add_validate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "validate", help="find the faults of a descriptor file; exit status 1 if there are any"
    )
    parser.add_argument("file", metavar="FILE")
    _finish(parser, "validate")


def _add_providers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("providers", help="list what fills the catalog by itself, and how it is doing")
    _finish(parser, "providers")


def _add_diff(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "diff", help="what a provider's next run would change; exit status 1 if it is anything"
    )
    parser.add_argument("provider", metavar="PROVIDER", help="its name, as in github-provider:default")
    _finish(parser, "diff")


def _add_accept(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser("accept", help="let a removal through that is held back, as 'providers' shows it")
    parser.add_argument("provider", metavar="PROVIDER", help="its name, as in github-provider:default")
    _finish(parser, "accept")


def _finish(parser: argparse.ArgumentParser, name: str) -> None:
    parser.add_argument(
        "--config", metavar="FILE", type=Path, action="append", help="an app-config.yaml; several merge"
    )
    parser.add_argument("--data", metavar="DIR", type=Path, help="folder of the SQLite file (default: .callboard)")
    parser.add_argument("--json", action="store_true", help="print JSON, for scripts")
    parser.set_defaults(run=_later(f"catalog.commands.{name}"))


def _later(module: str) -> Command:
    def run(arguments: argparse.Namespace) -> int:
        command: Command = import_module(module).run
        return command(arguments)

    return run
