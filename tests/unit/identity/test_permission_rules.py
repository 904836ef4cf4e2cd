"""Rules of the policy: how they are read, and what they decide."""

import pytest

from catalog.access import CREATE_LOCATIONS, DELETE_ENTITIES, READ_ENTITIES
from common.app_config import AppConfig, ConfigError
from common.identity import ANONYMOUS
from common.permissions import ALLOW, DENY, OPERATOR, AllowAll, Every, FirstOf, Permission, Rule, Some, Unless
from identity.permissions.read import read_policy, read_rule_policy
from scaffolder.access import CANCEL_TASKS, EXECUTE_ACTIONS, READ_STEPS, READ_TASKS
from tests.integration.policy_world import ALICE, BOB, CI, allow, deny, make_policy


def on(**matcher):
    return {"on": {"entity": matcher}}


def test_everybody_may_do_everything_without_rules_or_unless_it_is_enabled():
    rules = {"callboard": {"permission": {"rules": [deny("anyone")]}}}
    for config in ({}, rules, {"permission": {"enabled": True}}, {**rules, "permission": {"enabled": False}}):
        assert isinstance(read_policy(AppConfig.from_dict(config)), AllowAll)
    enabled = read_policy(AppConfig.from_dict({**rules, "permission": {"enabled": True}}))
    assert enabled.decide(ALICE, READ_ENTITIES) == DENY


def test_what_no_rule_speaks_about_is_refused_unless_the_default_says_otherwise():
    rules = [allow("user:default/bob")]
    assert make_policy(*rules, default=None).decide(ALICE, READ_ENTITIES) == DENY
    assert make_policy(*rules, default="allow").decide(ALICE, READ_ENTITIES) == ALLOW
    assert make_policy(*rules, default="deny").decide(BOB, READ_ENTITIES) == ALLOW


def test_the_first_rule_that_fits_decides():
    policy = make_policy(deny("group:default/team-a", "catalog.location.*"), allow("users"))
    assert policy.decide(ALICE, CREATE_LOCATIONS) == DENY
    assert policy.decide(BOB, CREATE_LOCATIONS) == ALLOW
    assert policy.decide(ALICE, READ_ENTITIES) == ALLOW


@pytest.mark.parametrize(
    ("who", "meant"),
    [
        ("anyone", {"alice", "bob", "nobody"}),
        ("users", {"alice", "bob"}),
        ("guest", {"nobody"}),
        ("user:default/alice", {"alice"}),
        ("User:default/ALICE", {"alice"}),
        ("group:default/team-b", {"bob"}),
        (["group:default/team-a", "group:default/team-b"], {"alice", "bob"}),
    ],
)
def test_whom_a_rule_is_about(who, meant):
    policy = make_policy(allow(who))
    callers = {"alice": ALICE, "bob": BOB, "nobody": ANONYMOUS}
    assert {name for name, caller in callers.items() if policy.decide(caller, READ_ENTITIES) == ALLOW} == meant


def test_who_signs_in_as_the_configured_guest_is_a_guest():
    config = {"auth": {"providers": {"guest": {"userEntityRef": "user:default/alice"}}}}
    policy = make_policy(allow("guest"), **config)
    assert policy.decide(ALICE, READ_ENTITIES) == ALLOW
    assert policy.decide(BOB, READ_ENTITIES) == DENY


def test_services_are_bound_by_rules_that_name_them_and_by_no_others():
    assert make_policy(deny("anyone"), deny("users")).decide(CI, READ_ENTITIES) == ALLOW
    assert make_policy(deny("service:external:ci")).decide(CI, READ_ENTITIES) == DENY
    assert make_policy(deny("service:*", "catalog.entity.delete")).decide(CI, DELETE_ENTITIES) == DENY
    assert make_policy(deny("service:external:other")).decide(CI, READ_ENTITIES) == ALLOW


def test_operators_are_bound_by_none():
    assert make_policy(deny(["anyone", "users", "guest"])).decide(OPERATOR, READ_ENTITIES) == ALLOW


def test_a_rule_may_name_actions_and_parts_of_names():
    policy = make_policy(allow("users", actions="read"), allow("users", "*.cancel"))
    assert policy.decide(ALICE, READ_TASKS) == ALLOW
    assert policy.decide(ALICE, CANCEL_TASKS) == ALLOW
    assert policy.decide(ALICE, DELETE_ENTITIES) == DENY
    assert policy.decide(ALICE, Permission("xcatalog.entity.read", None)) == DENY


def test_permissions_of_other_plugins_may_be_named():
    policy = make_policy(allow("users", "kubernetes.proxy"))
    assert policy.decide(ALICE, Permission("kubernetes.proxy", None)) == ALLOW
    assert policy.decide(ALICE, Permission("kubernetes.proxyx", None)) == DENY


def test_conditions_become_the_rules_that_the_plugin_knows():
    policy = make_policy(
        deny("anyone", **on(label={"secret": True}, **{"not": {"owner": "$self"}})),
        allow("anyone", **on(kind=["API", "Component"])),
    )
    decision = policy.decide(ALICE, READ_ENTITIES)
    mine = ("group:default/team-a", "user:default/alice")
    assert isinstance(decision, FirstOf)
    assert (decision.cases, decision.otherwise) == (
        (
            (
                Every(
                    (
                        Rule("HAS_LABEL", (("label", "secret"),)),
                        Unless(Rule("IS_ENTITY_OWNER", (("claims", mine),))),
                    )
                ),
                False,
            ),
            (Rule("IS_ENTITY_KIND", (("kinds", ("api", "component")),)), True),
        ),
        False,
    )


def test_the_same_question_has_the_same_answer_which_is_known_again():
    policy = make_policy(allow("anyone", **on(owner="$self")))
    assert policy.decide(ALICE, READ_ENTITIES) is policy.decide(ALICE, READ_ENTITIES)
    assert policy.decide(ALICE, READ_ENTITIES) is not policy.decide(BOB, READ_ENTITIES)


def test_a_condition_is_about_one_kind_of_resource_only():
    policy = make_policy(allow("anyone", **on(kind="api")), allow("anyone", on={"task": {"owner": "$self"}}))
    assert policy.decide(ALICE, CREATE_LOCATIONS) == DENY
    assert policy.decide(ALICE, READ_TASKS).cases == (
        (Rule("IS_TASK_OWNER", (("createdBy", ("group:default/team-a", "user:default/alice")),)), True),
    )
    assert policy.decide(ALICE, READ_STEPS) == DENY


def test_rules_that_change_nothing_are_left_out():
    policy = make_policy(allow("anyone", **on(kind="api")), allow("anyone"))
    assert policy.decide(ALICE, READ_ENTITIES) == ALLOW


def test_all_that_conditions_may_say():
    matcher = {
        "kind": "component",
        "name": ["a", "b"],
        "namespace": "default",
        "tag": "java",
        "annotation": {"backstage.io/x": "1"},
        "metadata": {"title": ["A", "B"]},
        "spec": {"lifecycle": "production", "tier": 1},
        "any": [{"owner": "group:default/team-b"}, {"kind": "group"}],
    }
    policy = make_policy(allow("anyone", **on(**matcher)))
    assert policy.decide(BOB, READ_ENTITIES).cases[0][0] == Every(
        (
            Rule("IS_ENTITY_KIND", (("kinds", ("component",)),)),
            Some(
                (
                    Rule("HAS_METADATA", (("key", "name"), ("value", "a"))),
                    Rule("HAS_METADATA", (("key", "name"), ("value", "b"))),
                )
            ),
            Rule("HAS_METADATA", (("key", "namespace"), ("value", "default"))),
            Rule("HAS_METADATA", (("key", "tags"), ("value", "java"))),
            Rule("HAS_ANNOTATION", (("annotation", "backstage.io/x"), ("value", "1"))),
            Some(
                (
                    Rule("HAS_METADATA", (("key", "title"), ("value", "A"))),
                    Rule("HAS_METADATA", (("key", "title"), ("value", "B"))),
                )
            ),
            Every(
                (
                    Rule("HAS_SPEC", (("key", "lifecycle"), ("value", "production"))),
                    Rule("HAS_SPEC", (("key", "tier"), ("value", "1"))),
                )
            ),
            Some(
                (
                    Rule("IS_ENTITY_OWNER", (("claims", ("group:default/team-b",)),)),
                    Rule("IS_ENTITY_KIND", (("kinds", ("group",)),)),
                )
            ),
        )
    )
    action = {"id": "publish:github", "input": {"repoVisibility": ["private", "internal"], "protect": True, "n": 2}}
    policy = make_policy(allow("anyone", on={"action": action}))
    assert policy.decide(BOB, EXECUTE_ACTIONS).cases[0][0] == Every(
        (
            Rule("HAS_ACTION_ID", (("actionId", "publish:github"),)),
            Every(
                (
                    Some(
                        (
                            Rule("HAS_STRING_PROPERTY", (("key", "repoVisibility"), ("value", "private"))),
                            Rule("HAS_STRING_PROPERTY", (("key", "repoVisibility"), ("value", "internal"))),
                        )
                    ),
                    Rule("HAS_BOOLEAN_PROPERTY", (("key", "protect"), ("value", True))),
                    Rule("HAS_NUMBER_PROPERTY", (("key", "n"), ("value", 2))),
                )
            ),
        )
    )


RULE = "app-config.yaml: callboard.permission.rules[0]"


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ({"who": "anyone"}, f"{RULE}.effect: got nothing, expected 'allow' or 'deny'"),
        (deny("anyone") | {"effect": "maybe"}, f"{RULE}.effect: got 'maybe', expected 'allow' or 'deny'"),
        ({"effect": "deny"}, f"{RULE}.who: got nothing, expected a text, or a list of texts"),
        (
            deny("team-a"),
            f"{RULE}.who: got 'team-a', expected 'anyone', 'users', 'guest', an entity ref such as 'group:default/team-a'"
            " or 'user:default/alice', or 'service:<subject>'; 'team-a' is none of them",
        ),
        (
            deny("anyone", "catalog.*", foo=1),
            f"{RULE}.foo: got 1, expected one of the keys 'name', 'effect', 'who', 'permissions', 'actions', 'on'",
        ),
        (
            deny("anyone", actions="use"),
            f"{RULE}.actions: got 'use', expected some of 'create', 'read', 'update', 'delete'",
        ),
        (
            deny("anyone", on={"entity": {"owner": "team-a"}}),
            f"{RULE}.on.entity.owner: got 'team-a', expected entity refs such as 'group:default/team-a', and 'team-a' is none",
        ),
        (
            deny("anyone", on={"task": {"kind": "x"}}),
            f"{RULE}.on.task.kind: got 'x', expected one of the keys 'owner', 'any', 'not'",
        ),
        (
            deny("anyone", on={"entity": {"kind": "x"}, "thing": {}}),
            f"{RULE}.on.thing: got an object, expected one of the keys 'entity', 'task', 'template', 'action'",
        ),
        (
            deny("anyone", on={"action": {"input": {"a": {"b": 1}}}}),
            f"{RULE}.on.action.input.a: got an object, expected a text, a number, true or false, or a list of them",
        ),
    ],
)
def test_a_wrong_rule_is_told_with_file_key_value_and_what_was_expected(rule, message):
    with pytest.raises(ConfigError) as caught:
        make_policy(rule)
    assert caught.value.message == message


def test_a_name_of_ours_that_is_none_is_refused():
    with pytest.raises(
        ConfigError, match=r"permissions: got 'catalog.entity.reed', expected names among catalog.entity"
    ):
        make_policy(deny("anyone", "catalog.entity.reed"))


def test_a_wrong_default_is_refused():
    with pytest.raises(ConfigError, match=r"callboard.permission.default: got 'no', expected 'allow' or 'deny'"):
        make_policy(default="no")


def read_file(tmp_path, text):
    (tmp_path / "policy.yaml").write_text(text)
    return read_rule_policy(
        AppConfig.from_dict({"callboard": {"permission": {"policyFile": "policy.yaml"}}}, base_dir=tmp_path)
    )


def test_rules_may_stand_in_a_file_of_their_own_and_know_their_lines(tmp_path):
    policy = read_file(
        tmp_path,
        "# ours\nrules:\n  - effect: allow\n    who: users\n\n  - name: last\n    effect: deny\n    who: anyone\n",
    )
    assert [(rule.place, rule.name) for rule in policy.rules] == [("policy.yaml:3", ""), ("policy.yaml:6", "last")]
    assert policy.decide(ALICE, READ_ENTITIES) == ALLOW


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("rules:\n  - effect: allow\n    who: nope\n", "policy.yaml: rules\\[0\\].who: got 'nope', expected 'anyone'"),
        ("- effect: allow\n", "policy.yaml: rules: expected an object with the one key 'rules'"),
        ("rules: [\n", "policy.yaml: line 2"),
        ("rules: 3\n", "policy.yaml: rules: got 3, expected a list of objects"),
    ],
)
def test_a_wrong_file_is_told_by_its_name(tmp_path, text, message):
    with pytest.raises(ConfigError, match=message):
        read_file(tmp_path, text)


def test_a_file_that_is_not_there_is_told(tmp_path):
    config = {"callboard": {"permission": {"policyFile": "nope.yaml"}}}
    with pytest.raises(ConfigError, match=r"policyFile: got 'nope.yaml', expected a file that can be read"):
        read_rule_policy(AppConfig.from_dict(config, base_dir=tmp_path))
