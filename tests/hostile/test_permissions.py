"""Attacks on the policy: letters in another case, conditions that leak, tokens that ask for more than they may."""

import pytest

from catalog.access import READ_ENTITIES
from common.identity import Identity, Restriction
from scaffolder.tasks.create import NewTask, create_task
from tests.integration.api_world import ApiWorld
from tests.integration.policy_world import ALICE, BOB, allow, bearer, deny, make_policy, ruled_by
from tests.integration.queries_world import make_entity, write
from tests.integration.task_world import make_spec, run_next

pytestmark = pytest.mark.django_db(transaction=True)

AUTHORIZE = "/api/permission/authorize"
APPLY = "/api/{}/.well-known/backstage/permissions/apply-conditions"
SECRET_LABEL = "only-the-policy-knows"
READ = {
    "type": "resource",
    "name": "catalog.entity.read",
    "attributes": {"action": "read"},
    "resourceType": "catalog-entity",
}
RULES = (
    deny("users", "catalog.entity.*", on={"entity": {"label": {SECRET_LABEL: "yes"}}}),
    allow("users", on={"entity": {"owner": "$self"}}),
)
ACCESS = [
    {"type": "static", "options": {"token": "the-token-of-ci", "subject": "ci"}},
    {
        "type": "static",
        "options": {"token": "a-restricted-token", "subject": "narrow"},
        "accessRestrictions": [{"plugin": "catalog", "permission": "catalog.entity.read"}],
    },
]
NARROW = {"Authorization": "Bearer a-restricted-token"}
CI = {"Authorization": "Bearer the-token-of-ci"}


@pytest.fixture
def world(settings, client):
    write(make_entity("cart"), make_entity("vault", metadata={"labels": {SECRET_LABEL: "yes"}}))
    return ApiWorld(settings, client, auth={"externalAccess": ACCESS})


def ask(world, item, headers):
    body = {"items": [{"id": "1", **item}]}
    return world.client.post(AUTHORIZE, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    "item",
    [
        {"permission": READ},
        {"permission": READ, "resourceRef": None},
        {"permission": READ, "resourceRef": []},
        {"permission": READ, "resourceRef": ""},
        {"permission": READ, "resourceRef": "component:default/vault"},
        {"permission": READ, "resourceRef": ["component:default/cart", "component:default/vault"]},
        {"permission": {**READ, "type": "basic"}},
        {"permission": {**READ, "resourceType": "scaffolder-task"}, "resourceRef": "x"},
        {"permission": {**READ, "resourceType": "scaffolder-action"}, "resourceRef": "x"},
        {"permission": {**READ, "resourceType": "nope"}, "resourceRef": "x"},
    ],
)
def test_no_user_hears_the_conditions_of_the_policy(world, item):
    with ruled_by(*RULES):
        for headers in (bearer(ALICE), bearer(BOB)):
            answer = ask(world, item, headers)
            assert answer.status_code in (200, 400)
            text = answer.content.decode()
            assert SECRET_LABEL not in text
            assert "CONDITIONAL" not in text
            assert "conditions" not in text


def test_nor_does_who_is_not_signed_in_where_everybody_may_come_in(settings, client):
    world = ApiWorld(settings, client)
    with ruled_by(allow("anyone", on={"entity": {"label": {SECRET_LABEL: "yes"}}})):
        answer = ask(world, {"permission": READ}, {})
        assert answer.status_code == 400
        assert SECRET_LABEL not in answer.content.decode()


@pytest.mark.parametrize("plugin", ["catalog", "scaffolder"])
def test_only_services_may_try_conditions_out_on_resources(world, plugin):
    body = {"items": []}
    path = APPLY.format(plugin)
    assert world.client.post(path, body, content_type="application/json", headers=bearer(ALICE)).status_code == 403
    assert world.client.post(path, body, content_type="application/json").status_code == 401
    assert world.client.post(path, body, content_type="application/json", headers=CI).status_code == 200


def test_a_service_asks_nobody_and_a_restricted_one_not_even_that(world):
    item = {"permission": READ}
    assert ask(world, item, CI).status_code == 403
    assert ask(world, item, NARROW).status_code == 403
    assert (
        world.client.post(APPLY.format("scaffolder"), {"items": []}, "application/json", headers=NARROW).status_code
        == 403
    )


def test_a_rule_never_widens_what_a_restricted_token_may(world):
    with ruled_by(allow("service:*")):
        assert world.get("entities", **NARROW).status_code == 200
        assert world.get("locations", **NARROW).status_code == 403
        assert world.client.delete("/api/catalog/entities/by-uid/x", headers=NARROW).status_code == 403
        assert world.client.get("/api/scaffolder/v2/tasks", headers=NARROW).status_code == 403


def test_a_rule_may_narrow_what_a_service_sees(world):
    with ruled_by(deny("service:ci", "catalog.*", on={"entity": {"label": {SECRET_LABEL: True}}})):
        shown = world.get("entities", **CI).json()
    assert [entity["metadata"]["name"] for entity in shown] == ["cart"]


@pytest.mark.parametrize("ref", ["component:default/vault", "Component:Default/VAULT", "COMPONENT:default/Vault"])
def test_letters_in_another_case_open_no_door(world, ref):
    kind, _, rest = ref.partition(":")
    namespace, _, name = rest.partition("/")
    with ruled_by(*RULES):
        headers = bearer(ALICE)
        assert world.get(f"entities/by-name/{kind}/{namespace}/{name}", **headers).status_code == 404
        assert world.get(f"entities/by-name/{kind}/{namespace}/{name}/ancestry", **headers).status_code == 404
        assert ask(world, {"permission": READ, "resourceRef": ref}, headers).json()["items"][0]["result"] == "DENY"
        body = {"entityRef": ref}
        answer = world.client.post("/api/catalog/refresh", body, content_type="application/json", headers=headers)
        assert answer.status_code == 403
        for path in ("by-uid/uid-component-vault", "by-uid/UID-COMPONENT-VAULT"):
            assert world.client.delete(f"/api/catalog/entities/{path}", headers=headers).status_code in (204, 403)
        with ruled_by(allow("users")):
            assert world.get("entities/by-name/component/default/vault", **headers).status_code == 200


@pytest.mark.parametrize("label", [SECRET_LABEL, SECRET_LABEL.upper()])
@pytest.mark.parametrize("value", ["yes", "Yes", "YES"])
def test_an_entity_does_not_escape_a_rule_by_its_own_spelling(world, label, value):
    write(make_entity("sly", metadata={"labels": {label: value}}))
    with ruled_by(*RULES):
        assert world.get("entities/by-name/component/default/sly", **bearer(ALICE)).status_code == 404


def test_neither_cursors_nor_filters_nor_totals_tell_of_what_is_hidden(world):
    with ruled_by(*RULES):
        headers = bearer(ALICE)
        for query in (
            "filter=metadata.name=vault",
            f"filter=metadata.labels.{SECRET_LABEL}",
            "fullTextFilterTerm=vault&fullTextFilterFields=metadata.name",
        ):
            page = world.get(f"entities/by-query?{query}", **headers).json()
            assert page == {"items": [], "totalItems": 0, "pageInfo": {}}
        with ruled_by(allow("users")):
            cursor = world.get("entities/by-query?limit=1&orderField=metadata.name,asc", **headers).json()["pageInfo"]
        page = world.get(f"entities/by-query?cursor={cursor['nextCursor']}", **headers).json()
        assert page["items"] == []
        facets = world.get("entity-facets?facet=metadata.name&facet=metadata.labels", **headers).json()["facets"]
        assert facets["metadata.name"] == [{"value": "cart", "count": 1}]


def test_a_forged_initiator_is_whoever_the_task_says_and_no_more():
    """What a task is run with is what its creator was at that time: a service with a user's rights never comes out."""
    narrow = Identity("service", "external:narrow", restrictions={"scaffolder": Restriction()})
    fetch = {"action": "catalog:fetch", "input": {"entityRef": "component:default/cart", "optional": True}}
    with ruled_by(allow(["users", "service:*"])):
        create_task(NewTask(make_spec([fetch]), identity=narrow))
        assert run_next().error["name"] == "NotAllowedError"


def test_who_names_himself_after_an_operator_is_none():
    policy = make_policy(deny("anyone"))
    assert policy.decide(Identity("user", "user:default/operator:x"), READ_ENTITIES) == "DENY"
    assert policy.decide(Identity("service", "operator:x"), READ_ENTITIES) == "ALLOW"
    assert policy.decide(Identity("none", "operator:x"), READ_ENTITIES) == "DENY"


def test_conditions_that_are_nested_without_end_are_refused(world):
    deep = {"rule": "IS_ENTITY_KIND", "resourceType": "catalog-entity", "params": {"kinds": []}}
    for _ in range(200):
        deep = {"not": deep}
    wide = {"anyOf": [deep["not"]["not"]] * 20_000}
    for conditions in (deep, wide):
        body = {"items": [{"id": "a", "resourceRef": "x", "resourceType": "catalog-entity", "conditions": conditions}]}
        answer = world.client.post(APPLY.format("catalog"), body, content_type="application/json", headers=CI)
        assert answer.status_code == 400, answer.content[:200]


def test_too_much_at_once_is_refused(world):
    item = {"id": "a", "permission": READ, "resourceRef": "component:default/x"}
    for items in (
        [item] * 1_001,
        [{**item, "resourceRef": ["x"] * 10_001}],
        [{**item, "resourceRef": ["x"] * 6_000}] * 2,
    ):
        body = {"items": items}
        answer = world.client.post(AUTHORIZE, body, content_type="application/json", headers=bearer(ALICE))
        assert answer.status_code == 400, answer.content[:200]
