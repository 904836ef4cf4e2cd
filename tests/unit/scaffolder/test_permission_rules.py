"""What criteria say of tasks, of parts of templates, and of actions and their inputs."""

import pytest

from common.permissions import Every, FirstOf, Rule, Some, Unless
from scaffolder.permission_actions import allows_action
from scaffolder.permission_rules import Creators, creators_of, has_part


def mine(*refs):
    return Rule("IS_TASK_OWNER", (("createdBy", refs),))


def tag(text):
    return Rule("HAS_TAG", (("tag", text),))


def action(action_id):
    return Rule("HAS_ACTION_ID", (("actionId", action_id),))


def text(key, value=None):
    return Rule("HAS_STRING_PROPERTY", (("key", key), *((("value", value),) if value is not None else ())))


def only_if(criteria):
    return FirstOf(((criteria, True),), False)


def unless(criteria):
    return FirstOf(((criteria, False),), True)


@pytest.mark.parametrize(
    ("criteria", "refs", "others"),
    [
        (mine("a", "b"), {"a", "b"}, False),
        (mine("a", ""), {"a"}, False),
        (Unless(mine("a")), {"a"}, True),
        (Every((mine("a", "b"), Unless(mine("a")))), {"b"}, False),
        (Some((mine("a"), Unless(mine("a", "b")))), {"b"}, True),
        (Some((mine("a"), mine("b"))), {"a", "b"}, False),
        (Every((Unless(mine("a")), Unless(mine("b")))), {"a", "b"}, True),
        (FirstOf(((mine("a"), False), (mine("a", "b"), True)), False), {"b"}, False),
        (FirstOf(((mine("a"), True), (mine("a", "b"), False)), True), {"b"}, True),
    ],
)
def test_whatever_is_said_of_tasks_comes_down_to_some_creators_or_all_others(criteria, refs, others):
    assert creators_of(criteria) == Creators(frozenset(refs), others)


def test_what_nobody_created_is_among_all_others_and_never_ones_own():
    assert not creators_of(mine("a", "")).created("")
    assert creators_of(unless(mine("a"))).created("")


def test_a_rule_of_other_resources_is_never_true_of_tasks():
    with pytest.raises(KeyError):
        creators_of(Rule("IS_ENTITY_KIND", (("kinds", ("api",)),)))


def test_parts_of_templates_are_told_by_their_tags():
    hidden = unless(tag("secret"))
    assert has_part(hidden, {"title": "one"})
    assert not has_part(hidden, {"backstage:permissions": {"tags": ["secret"]}})
    assert not has_part(hidden, {"backstage:permissions": {"tags": "secret"}})
    assert has_part(hidden, {"backstage:permissions": {"tags": ["Secret"]}})
    assert has_part(hidden, {"backstage:permissions": "secret"})


GITHUB, LOG = "publish:github", "debug:log"


@pytest.mark.parametrize(
    ("criteria", "action_id", "given", "is_allowed"),
    [
        (unless(action(GITHUB)), GITHUB, {}, False),
        (unless(action(GITHUB)), LOG, {}, True),
        (only_if(action(LOG)), LOG, {}, True),
        (only_if(action(LOG)), GITHUB, {}, False),
        (only_if(action("Debug:Log")), LOG, {}, False),
        (unless(text("owner", "secret")), GITHUB, {"owner": "open"}, True),
        (unless(text("owner", "secret")), GITHUB, {"owner": "SECRET "}, False),
        (unless(text("owner", "secret")), GITHUB, {"owner": ["secret"]}, False),
        (unless(text("owner")), GITHUB, {"owner": ""}, False),
        (unless(text("owner", "secret")), GITHUB, {}, True),
        (unless(text("a.b", "x")), LOG, {"a": {"b": "X"}}, False),
        (unless(text("a[0].b", "x")), LOG, {"a": [{"b": "x"}]}, False),
        (unless(text("n", "5")), LOG, {"n": 5}, False),
        (unless(Rule("HAS_NUMBER_PROPERTY", (("key", "n"), ("value", 5)))), LOG, {"n": "5.0"}, False),
        (unless(Rule("HAS_NUMBER_PROPERTY", (("key", "n"), ("value", 5)))), LOG, {"n": 5.0}, False),
        (unless(Rule("HAS_BOOLEAN_PROPERTY", (("key", "n"), ("value", True)))), LOG, {"n": "true"}, False),
        (only_if(text("owner", "open")), GITHUB, {"owner": "Open"}, True),
        (only_if(text("owner", "open")), LOG, {"owner": "Open"}, False),
        (only_if(text("owner", "open")), GITHUB, {"owner": " open"}, False),
        (only_if(text("owner", "open")), GITHUB, {"owner": ["open"]}, False),
        (only_if(Rule("HAS_NUMBER_PROPERTY", (("key", "n"), ("value", 1)))), LOG, {"n": True}, False),
        (only_if(Unless(text("owner", "secret"))), GITHUB, {"owner": "Secret"}, False),
        (
            unless(text("repoUrl", "github.com?owner=secret&repo=x")),
            GITHUB,
            {"repoUrl": "GitHub.com?repo=X&owner=%73ecret"},
            False,
        ),
        (unless(text("path", "secret")), "gitlab:group:migrate", {"path": 42}, False),
        (unless(text("path", "secret")), "gitlab:group:migrate", {"path": "open"}, True),
    ],
)
def test_what_forbids_is_matched_broadly_and_what_allows_exactly(criteria, action_id, given, is_allowed):
    assert allows_action(criteria, action_id, given, None) == is_allowed


def test_an_input_that_the_action_does_not_know_is_refused_where_a_rule_is_about_inputs():
    about_inputs, about_ids = unless(text("owner", "secret")), unless(action(GITHUB))
    assert not allows_action(about_inputs, LOG, {"Owner": "x"}, {"owner": {}})
    assert allows_action(about_inputs, LOG, {"owner": "x"}, {"owner": {}})
    assert allows_action(about_inputs, LOG, {"Owner": "x"}, None)
    assert allows_action(about_ids, LOG, {"Owner": "x"}, {"owner": {}})
