"""``/api/permission`` and the doors that plugins have for it, beside what a stock backend answers."""

import json
from pathlib import Path

import pytest

from scaffolder.tasks.create import NewTask, create_task
from tests.integration.api_world import ApiWorld, error_of
from tests.integration.policy_world import ALICE, BOB, allow, bearer, ruled_by
from tests.integration.queries_world import make_entity, write
from tests.integration.task_world import make_spec

pytestmark = pytest.mark.django_db(transaction=True)

RECORDED = json.loads(Path(__file__).with_name("permission_answers.json").read_text())
TOKEN = "a-token-of-ours"
CI = {"Authorization": f"Bearer {TOKEN}"}
ACCESS = [{"type": "static", "options": {"token": TOKEN, "subject": "ci"}}]
DELETE = {
    "type": "resource",
    "name": "catalog.entity.delete",
    "attributes": {"action": "delete"},
    "resourceType": "catalog-entity",
}
CREATE = {"type": "basic", "name": "catalog.location.create", "attributes": {"action": "create"}}
CANCEL = {"type": "resource", "name": "scaffolder.task.cancel", "attributes": {}, "resourceType": "scaffolder-task"}
WELL_KNOWN = ".well-known/backstage/permissions"


@pytest.fixture
def open_world(settings, client):
    return ApiWorld(settings, client)


@pytest.fixture
def world(settings, client):
    return ApiWorld(settings, client, auth={"externalAccess": ACCESS})


def ask(client, body, headers=None):
    return client.post("/api/permission/authorize", body, content_type="application/json", headers=headers or {})


def authorize(client, headers, *items):
    """The results, by the ids 0, 1, ..."""
    asked = [
        {"id": str(place), "permission": permission} | ({"resourceRef": ref} if ref is not None else {})
        for place, (permission, ref) in enumerate(items)
    ]
    answer = ask(client, {"items": asked}, headers)
    assert answer.status_code == 200, answer.content
    found = answer.json()["items"]
    assert [item["id"] for item in found] == [str(place) for place in range(len(items))]
    assert all(set(item) == {"id", "result"} for item in found)
    return [item["result"] for item in found]


@pytest.mark.parametrize("recorded", RECORDED["authorize"], ids=lambda recorded: json.dumps(recorded["body"])[:80])
def test_answers_as_a_stock_backend_without_a_policy(open_world, client, recorded):
    answer = ask(client, recorded["body"])

    assert (answer.status_code, answer.json()) == (recorded["status"], recorded["answer"])


@pytest.mark.parametrize("plugin", ["catalog", "scaffolder"])
def test_tells_the_permissions_and_rules_of_a_stock_backend(open_world, client, plugin):
    answer = client.get(f"/api/{plugin}/{WELL_KNOWN}/metadata")

    assert answer.json() == RECORDED[plugin]


@pytest.mark.parametrize("plugin", ["catalog", "scaffolder"])
def test_nobody_in_particular_may_ask_whether_conditions_hold(open_world, client, plugin):
    answer = client.post(f"/api/{plugin}/{WELL_KNOWN}/apply-conditions", {"items": []}, "application/json")

    recorded = RECORDED["applyConditionsWithoutCredentials"]
    assert (answer.status_code, answer.json()) == (recorded["status"], recorded["answer"])


def test_health(open_world, client):
    assert client.get("/api/permission/health").json() == {"status": "ok"}


def test_a_user_hears_yes_or_no(world, client):
    write(make_entity("cart"), make_entity("mail", owner="group:default/team-b"))
    task = create_task(NewTask(make_spec([]), created_by=ALICE.subject))
    with ruled_by(
        allow("users", "catalog.entity.*", on={"entity": {"owner": "$self"}}),
        allow("users", "scaffolder.task.*", on={"task": {"owner": "$self"}}),
        allow("group:default/team-a", "catalog.location.create"),
    ):
        asked = [
            (CREATE, None),
            (DELETE, "component:default/cart"),
            (DELETE, "Component:default/Cart"),
            (DELETE, ["component:default/cart", "component:default/mail", "component:default/nope", "nonsense"]),
            (CANCEL, task.id),
            (CANCEL, "nope"),
        ]
        assert authorize(client, bearer(ALICE), *asked) == [
            "ALLOW",
            "ALLOW",
            "ALLOW",
            ["ALLOW", "DENY", "DENY", "DENY"],
            "ALLOW",
            "DENY",
        ]
        assert authorize(client, bearer(BOB), *asked) == [
            "DENY",
            "DENY",
            "DENY",
            ["DENY", "ALLOW", "DENY", "DENY"],
            "DENY",
            "DENY",
        ]


def test_a_user_names_the_resource(world, client):
    answer = ask(client, {"items": [{"id": "a", "permission": DELETE}]}, bearer(ALICE))

    assert error_of(answer) == (
        400,
        "InputError",
        "Resource permissions require a resourceRef to be set. Direct user requests without a resourceRef are not allowed.",
    )


def test_a_service_asks_nobody(world, client):
    assert error_of(ask(client, {"items": []}, CI)) == (
        403,
        "NotAllowedError",
        "This endpoint does not allow 'service' credentials",
    )


def apply(client, plugin, headers, *items):
    body = {"items": list(items)}
    return client.post(f"/api/{plugin}/{WELL_KNOWN}/apply-conditions", body, "application/json", headers=headers)


def condition(rule, type_="catalog-entity", **params):
    return {"rule": rule, "resourceType": type_, "params": params}


def item(conditions, ref, type_="catalog-entity"):
    return {"id": "a", "resourceRef": ref, "resourceType": type_, "conditions": conditions}


def test_a_service_may_ask_whether_conditions_hold(world, client):
    write(make_entity("cart", metadata={"labels": {"Tier": "One"}, "annotations": {"a/b": "c"}}, type="service"))
    task = create_task(NewTask(make_spec([]), created_by=ALICE.subject))
    cart = "component:default/cart"
    answers = {
        True: [
            condition("IS_ENTITY_KIND", kinds=["API", "Component"]),
            condition("IS_ENTITY_OWNER", claims=["group:default/team-a"]),
            condition("HAS_LABEL", label="tier"),
            condition("HAS_LABEL", label="tier", value="ONE"),
            condition("HAS_ANNOTATION", annotation="a/b", value="c"),
            condition("HAS_METADATA", key="name", value="cart"),
            condition("HAS_SPEC", key="type", value="Service"),
            {"not": condition("HAS_SPEC", key="type", value="library")},
            {"allOf": [condition("HAS_SPEC", key="type"), {"anyOf": [condition("HAS_LABEL", label="tier")]}]},
        ],
        False: [
            condition("IS_ENTITY_KIND", kinds=[]),
            condition("HAS_LABEL", label="tier", value="two"),
            {"anyOf": [condition("HAS_SPEC", key="nope"), {"not": condition("HAS_SPEC", key="type")}]},
        ],
    }
    for is_true, conditions in answers.items():
        for one in conditions:
            found = apply(client, "catalog", CI, item(one, [cart, "component:default/nope"])).json()
            assert found == {"items": [{"id": "a", "result": ["ALLOW" if is_true else "DENY", "DENY"]}]}, one
    owner = condition("IS_TASK_OWNER", "scaffolder-task", createdBy=[ALICE.subject])
    found = apply(client, "scaffolder", CI, item(owner, task.id, "scaffolder-task")).json()
    assert found == {"items": [{"id": "a", "result": "ALLOW"}]}


@pytest.mark.parametrize(
    ("plugin", "asked", "message"),
    [
        (
            "catalog",
            item(condition("NOPE"), "x"),
            "Permission rule 'NOPE' does not exist for resource type 'catalog-entity'",
        ),
        ("catalog", item(condition("IS_ENTITY_KIND", kinds="api"), "x"), "Parameters to rule are invalid"),
        ("catalog", item(condition("IS_ENTITY_KIND"), "x"), "Parameters to rule are invalid"),
        ("catalog", item(condition("HAS_LABEL", label="x", other="y"), "x"), "Parameters to rule are invalid"),
        ("catalog", item(condition("NOPE"), "x", "zzz"), "Unexpected resource types: zzz."),
        ("catalog", item({"anyOf": []}, "x"), "The 'anyOf' of conditions must be a list of at least one"),
        (
            "catalog",
            item({}, "x"),
            "Conditions are { anyOf: [...] }, { allOf: [...] }, { not: ... } or { rule, resourceType, params }",
        ),
        (
            "scaffolder",
            item(condition("HAS_TAG", "scaffolder-template", tag="x"), "x", "scaffolder-template"),
            "This plugin does not expose any permission rule or can't evaluate the conditions request for scaffolder-template",
        ),
    ],
)
def test_conditions_that_are_none_are_told(world, client, plugin, asked, message):
    assert error_of(apply(client, plugin, CI, asked)) == (400, "InputError", message)
