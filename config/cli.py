"""
The command line: ``callboard serve``, and the doors of the apps for people and CI.

Nothing here imports Django before it must, so that ``callboard --help`` is quick. An error that a person can mend is
one line on standard error and a status that is not 0, never a traceback.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

from common.app_config.error import ConfigError
from common.errors import CallboardError
from config import env

USAGE_STATUS = 2
FAULT_STATUS = 1
Command = Callable[[argparse.Namespace], int]
Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"

EXAMPLES = """\
examples:
  callboard serve
  callboard serve --config app-config.yaml --config app-config.production.yaml
  callboard catalog ingest ./catalog-info.yaml
  callboard catalog query 'kind=component,spec.type=service'
  callboard own who component:default/cart
  callboard policy explain alice catalog.entity.delete component:default/cart
  callboard template dry-run examples/templates/new-service --values values.yaml
  callboard docs publish . --entity component:default/cart

Any other command goes to Django, as in: callboard migrate, callboard createsuperuser
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit status: 2 for a wrong command line or configuration."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return _run(words)
    except ConfigError as error:
        return _complain(error.message, USAGE_STATUS)
    except CallboardError as error:
        return _complain(error.message, FAULT_STATUS)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 141


def _run(words: list[str]) -> int:
    parser, commands = build_parser()
    if words and not words[0].startswith("-") and words[0] not in commands:
        return _run_django(words)
    arguments = parser.parse_args(words)
    if not hasattr(arguments, "run"):
        parser.print_help()
        return USAGE_STATUS
    env.export_flags(config_files=getattr(arguments, "config", None), data_dir=getattr(arguments, "data", None))
    command: Command = arguments.run
    is_plain = arguments.run is _serve or not getattr(arguments, "needs_catalog", True)
    return command(arguments) if is_plain else _run_with_django(command, arguments)


def build_parser() -> tuple[argparse.ArgumentParser, set[str]]:
    """The parser, and the names of its commands."""
    parser = argparse.ArgumentParser(
        prog="callboard",
        description="A Backstage-compatible software catalog and scaffolder backend.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_serve(subparsers)
    _add_app_commands(subparsers)
    return parser, set(subparsers.choices)


def add_config_flags(parser: argparse.ArgumentParser) -> None:
    """The flags of every command that reads the configuration."""
    parser.add_argument(
        "--config",
        metavar="FILE",
        type=Path,
        action="append",
        help="an app-config.yaml; several merge in order (default: app-config.yaml and app-config.local.yaml here)",
    )
    parser.add_argument(
        "--data", metavar="DIR", type=Path, help="folder of the SQLite file and other state (default: .callboard)"
    )


def _add_serve(subparsers: Subparsers) -> None:
    serve = subparsers.add_parser(
        "serve",
        help="migrate the database, then serve",
        description="Migrate the database, then run the web server, the worker and the scheduler until stopped.",
        epilog="examples:\n  callboard serve\n  callboard serve --port 8080 --data /var/lib/callboard\n"
        "  callboard serve --role worker        one part only, where each runs on a machine of its own",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_config_flags(serve)
    serve.add_argument(
        "--host", metavar="H", help="address to listen on (default: backend.listen of the configuration)"
    )
    serve.add_argument("--port", metavar="P", type=_port, help="port to listen on (default: backend.listen, or 7007)")
    serve.add_argument(
        "--role", choices=("all", "web", "worker", "scheduler"), default="all", help="what to run (default: all)"
    )
    serve.set_defaults(run=_serve)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"got '{text}', expected a number up to 65535")
    return int(text)


def _serve(arguments: argparse.Namespace) -> int:
    env.choose_settings()
    from config.lean_imports import import_lean

    import_lean()
    from config.serve import serve

    return serve(host=arguments.host, port=arguments.port, role=arguments.role)


def _add_app_commands(subparsers: Subparsers) -> None:
    """Each app names its commands without importing what they need; all of them read the configuration."""
    from catalog.commands import add_catalog_commands
    from docs_site.commands import add_docs_commands
    from identity.commands import add_policy_commands
    from ownership.commands import add_ownership_commands
    from scaffolder.commands import add_template_commands

    known = set(subparsers.choices)
    add_catalog_commands(subparsers)
    add_ownership_commands(subparsers)
    add_template_commands(subparsers)
    add_docs_commands(subparsers)
    add_policy_commands(subparsers)
    for name in set(subparsers.choices) - known:
        for parser in _leaves(subparsers.choices[name]):
            if "--config" not in parser._option_string_actions:
                add_config_flags(parser)


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield parser
    for action in below:
        for child in action.choices.values():
            yield from _leaves(child)


def _run_with_django(command: Command, arguments: argparse.Namespace) -> int:
    env.choose_settings()
    import django
    from django.db import DatabaseError

    django.setup()
    from common.migrations import ensure_migrated
    from config.servers import ensure_database, explain

    try:
        try:
            return command(arguments)
        except DatabaseError:
            # The command may be the first that ever touches this database.
            ensure_database(timedelta())
            if not ensure_migrated():
                raise
            return command(arguments)
    except DatabaseError as error:
        return _complain(explain(error), FAULT_STATUS)


def _run_django(words: list[str]) -> int:
    env.choose_settings()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["callboard", *words])
    return 0


def _complain(message: str, status: int) -> int:
    print(f"callboard: {message}", file=sys.stderr)
    return status
