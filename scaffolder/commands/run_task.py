"""``callboard template run``: a task of a template in the catalog, as the API would create it."""

from __future__ import annotations

import argparse
import getpass
import sys

import orjson

from catalog.commands.terminal import open_console
from catalog.entity_ref import EntityRef
from catalog.queries.refs import get_by_ref
from common.errors import InputError
from common.permissions import OPERATOR
from scaffolder.bell import ring_for_tasks
from scaffolder.commands.given import read_secrets, read_values
from scaffolder.commands.show_logs import follow, print_event, write_json
from scaffolder.commands.trial import check_values
from scaffolder.tasks.create import NewTask, create_task
from scaffolder.templates.find import find_template, parse_template_ref
from scaffolder.templates.task_spec import TaskUser, build_task_spec, build_template_info


def run(arguments: argparse.Namespace) -> int:
    ref = parse_template_ref(arguments.ref)
    template = find_template(ref, visible=None)
    values, secrets = read_values(arguments.values, template), _secrets(arguments)
    check_values(values, secrets, template)
    user = _user(arguments.user)
    spec = build_task_spec(template, values=values, user=user, template_info=build_template_info(ref, template))
    task = create_task(NewTask(spec, created_by=user.ref or "", identity=OPERATOR, secrets=secrets))
    ring_for_tasks()
    _tell(task.id, is_json=arguments.json)
    return follow(task.id, write_json if arguments.json else print_event()) if arguments.follow else 0


def _secrets(arguments: argparse.Namespace) -> dict[str, str]:
    secrets = read_secrets(arguments.secrets)
    for name in arguments.secret:
        try:
            secrets[name] = getpass.getpass(f"{name}: ")
        except EOFError:
            raise InputError(
                f"The secret '{name}' is asked for, but nobody is there to give it; use --secrets"
            ) from None
    return secrets


def _user(text: str | None) -> TaskUser:
    """Raises InputError, NotFoundError if the catalog has no such user."""
    if text is None:
        return TaskUser()
    ref = EntityRef.parse(text, default_kind="user")
    return TaskUser(str(ref), orjson.loads(get_by_ref(ref)))


def _tell(task_id: str, *, is_json: bool) -> None:
    if is_json:
        sys.stdout.write(orjson.dumps({"id": task_id}).decode() + "\n")
        sys.stdout.flush()
    else:
        open_console().print(f"task {task_id}", style="bold")
