"""
``callboard template list|dry-run|test|run|logs``: templates for those who write them, and for scripts.

Knows the arguments only. Each command's module is imported when its turn comes, since it needs the settings that the
command line itself names.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

Command = Callable[[argparse.Namespace], int]

OVERVIEW = """\
examples:
  callboard template list
  callboard template dry-run examples/templates/new-service --values values.yaml
  callboard template test examples/templates
  callboard template run template:default/new-service --values values.yaml --follow

How templates are written and tested is told in docs/templates.md.
"""
LIST_HELP = """\
examples:
  callboard template list
  callboard template list --json | jq -r '.[].ref'
"""
DRY_RUN_HELP = """\
Nothing outside is touched: actions that cannot run dry are skipped, and pretend that they gave the example of their
schema. Values that the file does not have come from the defaults of the template's form, as in a browser.

examples:
  callboard template dry-run my-template --values values.yaml
  callboard template dry-run my-template/template.yaml --values values.yaml --out /tmp/made
  callboard template dry-run my-template --values values.json --secrets secrets.yaml --json | jq .output

exit status: 0 if the run completed, 1 if a step failed or the values are wrong, 2 for a wrong command line
"""
TEST_HELP = """\
Cases stand beside the template, in template.test.yaml or in tests/*.yaml, one or several YAML documents in each:

  name: makes a service
  values:
    name: cart
  expect:
    files:
      catalog-info.yaml: { contains: "name: cart" }
      src/main.py: |
        print("cart")
    noOtherFiles: true
    output:
      folder: cart
    steps:
      publish: skipped
  ---
  name: refuses a name with spaces
  values:
    name: my cart
  expect:
    error: { name: InputError, message: "does not match" }

DIR is the folder of one template, or one that has such folders below it.

examples:
  callboard template test my-template
  callboard template test templates --json

exit status: 0 if every case passed, 1 if one failed or there is none, 2 for a wrong command line
"""
RUN_HELP = """\
The task is written into the database, where a worker of 'callboard serve' finds it. Secrets are read from a file, or asked
for without showing them; they are never taken from the command line, which others on the machine can see.

examples:
  callboard template run template:default/new-service --values values.yaml
  callboard template run new-service --values values.yaml --secret githubToken --follow
  id=$(callboard template run new-service --values values.yaml --json | jq -r .id)

exit status: 0 if the task was created (with --follow: if it completed), 1 otherwise, 2 for a wrong command line
"""
LOGS_HELP = """\
examples:
  callboard template logs 0e7c6a44-4a62-4b38-b1a6-2f44ff0e7a9d
  callboard template logs 0e7c6a44-4a62-4b38-b1a6-2f44ff0e7a9d --follow
  callboard template logs 0e7c6a44-4a62-4b38-b1a6-2f44ff0e7a9d --json | jq -r .body.message

exit status: 0; with --follow, 1 if the task did not complete
"""


def add_template_commands(subparsers: Any) -> None:
    """Each command leaves ``arguments.run``, which takes the arguments and returns the exit status."""
    template = subparsers.add_parser(
        "template",
        help="list, try, test and run templates",
        description="Templates: what is in the catalog, and what you are writing.",
        epilog=OVERVIEW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = template.add_subparsers(dest="template_command", required=True, metavar="COMMAND")
    _add_list(commands)
    _add_dry_run(commands)
    _add_test(commands)
    _add_run(commands)
    _add_logs(commands)


def _add_list(commands: Any) -> None:
    _add(commands, "list", "list_templates", "the templates in the catalog", LIST_HELP)


def _add_dry_run(commands: Any) -> None:
    parser = _add(commands, "dry-run", "dry_run", "run a template from a folder without any effect", DRY_RUN_HELP)
    parser.add_argument("path", metavar="DIR|FILE", type=Path, help="a template's folder, or its template.yaml")
    _add_values(parser)
    parser.add_argument("--out", metavar="DIR", type=Path, help="write the made files into this new or empty folder")


def _add_test(commands: Any) -> None:
    parser = _add(commands, "test", "run_cases", "run the test cases that stand beside a template", TEST_HELP)
    parser.add_argument("path", metavar="DIR", type=Path, help="a template's folder, or one with several below it")


def _add_run(commands: Any) -> None:
    parser = _add(commands, "run", "run_task", "create a task of a template in the catalog", RUN_HELP)
    parser.add_argument("ref", metavar="REF", help="[template:][<namespace>/]<name>")
    _add_values(parser)
    parser.add_argument(
        "--secret", metavar="NAME", action="append", default=[], help="ask for this secret; may be given several times"
    )
    parser.add_argument("--user", metavar="REF", help="on whose behalf, as in user:default/alice (default: nobody's)")
    parser.add_argument("--follow", action="store_true", help="show the log until the task ends")


def _add_logs(commands: Any) -> None:
    parser = _add(commands, "logs", "show_logs", "the log of a task", LOGS_HELP)
    parser.add_argument("id", metavar="ID", help="of the task")
    parser.add_argument("--follow", action="store_true", help="go on until the task ends")


def _add_values(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--values", metavar="FILE", type=Path, help="YAML or JSON with the values of the form")
    parser.add_argument("--secrets", metavar="FILE", type=Path, help="YAML or JSON with the secrets, by name")


def _add(commands: Any, name: str, module: str, help: str, epilog: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help,
        description=f"{help[0].upper()}{help[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for scripts")
    parser.set_defaults(run=_later(f"scaffolder.commands.{module}"))
    return parser


def _later(module: str) -> Command:
    def run(arguments: argparse.Namespace) -> int:
        command: Command = import_module(module).run
        return command(arguments)

    return run
