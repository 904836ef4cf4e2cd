"""``callboard policy explain``."""

import argparse
import json

import pytest

from common.app_config import AppConfig
from common.errors import InputError, NotFoundError
from identity.commands import add_policy_commands
from scaffolder.tasks.create import NewTask, create_task
from tests.integration.policy_world import ALICE, allow, deny
from tests.integration.queries_world import make_entity, write
from tests.integration.task_world import make_spec

pytestmark = pytest.mark.django_db

RULES = [
    deny("anyone", "catalog.entity.*", name="hush", on={"entity": {"label": {"secret": True}}}),
    allow("group:default/team-a", "catalog.*", on={"entity": {"owner": "$self"}}),
    allow("users", "scaffolder.task.*", on={"task": {"owner": "$self"}}),
    allow("guest", "catalog.location.read"),
    deny("service:ci", "catalog.location.*"),
]
PLACE = "app-config.yaml: callboard.permission.rules"
REFS = ["group:default/team-a", "user:default/alice"]


@pytest.fixture
def run(settings, capsys):
    alice = make_entity("alice", kind="User", owner="")
    alice["relations"] = [{"type": "memberOf", "targetRef": "group:default/team-a"}]
    write(alice, make_entity("cart"), make_entity("vault", metadata={"labels": {"secret": ""}}))
    parser = argparse.ArgumentParser()
    add_policy_commands(parser.add_subparsers())

    def run_command(*words, enabled=True):
        settings.APP_CONFIG = AppConfig.from_dict(
            {"permission": {"enabled": enabled}, "callboard": {"permission": {"rules": RULES}}}
        )
        arguments = parser.parse_args(["policy", "explain", *words])
        assert arguments.run(arguments) == 0
        return capsys.readouterr().out

    return run_command


def test_names_the_rule_that_decides_and_what_the_user_belongs_to(run):
    assert run("alice", "catalog.entity.delete", "cart") == (
        "ALLOW  user:default/alice: catalog.entity.delete on component:default/cart\n"
        f"  {PLACE}[1]: rule says allow\n"
        "  ownership refs: group:default/team-a, user:default/alice\n"
        f"  does not fit: {PLACE}[0]: rule 'hush' says deny\n"
    )


def test_prints_one_object_for_scripts(run):
    assert json.loads(run("alice", "catalog.entity.read", "component:default/vault", "--json")) == {
        "user": "user:default/alice",
        "permission": "catalog.entity.read",
        "resource": "component:default/vault",
        "decision": "DENY",
        "rule": {"place": f"{PLACE}[0]", "name": "hush", "effect": "deny", "who": ["anyone"], "on": "entity"},
        "reason": "hush",
        "ownershipRefs": REFS,
        "considered": [
            {
                "place": f"{PLACE}[0]",
                "name": "hush",
                "effect": "deny",
                "who": ["anyone"],
                "on": "entity",
                "fits": True,
            }
        ],
    }


def decision(run, *words, **more):
    found = json.loads(run(*words, "--json", **more))
    return found["decision"], found["reason"]


def test_says_what_it_depends_on_where_no_resource_is_named(run):
    reason = "it depends on the resource: the first of these rules that fits it decides"
    assert decision(run, "alice", "catalog.entity.read") == ("CONDITIONAL", reason)


def test_knows_tasks_guests_and_services(run):
    own = create_task(NewTask(make_spec([]), created_by=ALICE.subject)).id
    other = create_task(NewTask(make_spec([]), created_by="user:default/bob")).id
    none_fits = "no rule fits, and callboard.permission.default is deny"
    assert decision(run, "alice", "scaffolder.task.read", own) == ("ALLOW", "the first rule that fits")
    assert decision(run, "alice", "scaffolder.task.read", other) == ("DENY", none_fits)
    assert decision(run, "guest", "catalog.location.read") == ("ALLOW", "the first rule that fits")
    assert decision(run, "alice", "catalog.location.read") == ("DENY", none_fits)
    assert decision(run, "service:ci", "catalog.location.read") == ("DENY", "the first rule that fits")
    assert decision(run, "service:other", "catalog.location.read") == (
        "ALLOW",
        "no rule is about it, and services are not bound then",
    )


def test_says_when_no_policy_holds(run):
    reason = "everybody may do everything, as permission.enabled is not true"
    assert decision(run, "alice", "catalog.entity.read", enabled=False) == ("ALLOW", reason)


def test_says_what_it_does_not_know(run):
    with pytest.raises(
        InputError, match=r"There is no permission 'catalog.entity.reed'; there are catalog.entity.read, "
    ):
        run("alice", "catalog.entity.reed")
    with pytest.raises(NotFoundError, match="There is no entity component:default/nope"):
        run("alice", "catalog.entity.read", "nope")
    with pytest.raises(InputError, match="is about no entity and no task"):
        run("alice", "catalog.location.read", "cart")
