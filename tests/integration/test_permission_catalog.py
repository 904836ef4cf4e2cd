"""What the policy hides, no door of the catalog shows, counts or touches."""

import pytest

from catalog.ingestion.sources import default_sources
from common.app_config import AppConfig
from tests.integration.api_world import ApiWorld, component, error_of, group, names_of
from tests.integration.policy_world import ALICE, BOB, allow, bearer, deny, ruled_by

pytestmark = pytest.mark.django_db(transaction=True)

OWN = {"on": {"entity": {"owner": "$self"}}}


@pytest.fixture
def world(settings, client):
    world = ApiWorld(settings, client)
    world.register(component("cart"), component("mail", owner="team-b"), group("team-a"), group("team-b"))
    reader = default_sources().reader
    settings.APP_CONFIG = AppConfig.from_dict({**settings.APP_CONFIG.data, "backend": {}})
    default_sources().reader = reader
    return world


@pytest.fixture
def rules():
    with ruled_by(
        deny("anyone", "catalog.*", on={"entity": {"kind": "location"}}),
        allow("users", "catalog.entity.*", **OWN),
        allow("users", "catalog.entity.read", on={"entity": {"kind": "group"}}),
        allow("user:default/bob", "catalog.location.*"),
    ) as policy:
        yield policy


def test_reads_show_what_is_visible_and_nothing_else(world, rules):
    shown = {"by-query": "entities/by-query?orderField=metadata.name,asc", "list": "entities"}
    for path in shown.values():
        assert sorted(names_of(world.get(path, **bearer(ALICE)))) == ["cart", "team-a", "team-b"]
        assert sorted(names_of(world.get(path, **bearer(BOB)))) == ["mail", "team-a", "team-b"]
    assert world.get("entities/by-query?filter=kind=component&limit=0", **bearer(ALICE)).json()["totalItems"] == 1
    facets = world.get("entity-facets?facet=kind", **bearer(ALICE)).json()["facets"]["kind"]
    assert facets == [{"value": "Component", "count": 1}, {"value": "Group", "count": 2}]
    assert world.get("entities/by-name/component/default/cart", **bearer(ALICE)).status_code == 200
    assert world.get("entities/by-name/component/default/cart", **bearer(BOB)).status_code == 404
    assert world.get("entities/by-name/component/default/cart/ancestry", **bearer(BOB)).status_code == 404
    body = {"entityRefs": ["component:default/cart", "component:default/mail"]}
    found = world.client.post(
        "/api/catalog/entities/by-refs", body, content_type="application/json", headers=bearer(BOB)
    ).json()["items"]
    assert [entity and entity["metadata"]["name"] for entity in found] == [None, "mail"]


def uid_of(world, name):
    return world.get(f"entities/by-name/component/default/{name}", **bearer(ALICE)).json()["metadata"]["uid"]


def test_by_uid_and_delete_obey(world, rules):
    path = f"entities/by-uid/{uid_of(world, 'cart')}"
    assert world.get(path, **bearer(BOB)).status_code == 404
    answer = world.client.delete(f"/api/catalog/{path}", headers=bearer(BOB))
    assert error_of(answer)[:2] == (403, "NotAllowedError")
    assert world.client.delete(f"/api/catalog/{path}", headers=bearer(ALICE)).status_code == 204
    answer = world.client.delete("/api/catalog/entities/by-uid/nope", headers=bearer(ALICE))
    assert error_of(answer)[:2] == (403, "NotAllowedError")


def refresh(world, ref, who):
    return world.client.post(
        "/api/catalog/refresh", {"entityRef": ref}, content_type="application/json", headers=bearer(who)
    )


def test_refresh_obeys(world, rules):
    assert refresh(world, "component:default/cart", ALICE).status_code == 200
    assert error_of(refresh(world, "component:default/cart", BOB)) == (
        403,
        "NotAllowedError",
        "You are not allowed to do this with component:default/cart: it needs the permission catalog.entity.refresh",
    )
    assert refresh(world, "Component:default/cart", BOB).status_code == 403
    assert refresh(world, "component:default/nope", ALICE).status_code == 403


def test_locations_obey(world, rules):
    assert world.get("locations", **bearer(ALICE)).json() == []
    found = world.get("locations", **bearer(BOB)).json()
    location_id = found[0]["data"]["id"]
    assert error_of(world.get(f"locations/{location_id}", **bearer(ALICE)))[0] == 404
    assert world.get(f"locations/{location_id}", **bearer(BOB)).status_code == 200
    assert world.get("locations/by-entity/component/default/mail", **bearer(BOB)).status_code == 200
    assert world.get("locations/by-entity/component/default/cart", **bearer(BOB)).status_code == 404
    query = "/api/catalog/locations/by-query"
    answer = world.client.post(query, {}, content_type="application/json", headers=bearer(ALICE))
    assert answer.json() == {"items": [], "totalItems": 0, "pageInfo": {}}
    target = {"type": "url", "target": "http://descriptors.test/other.yaml"}
    for path in ("/api/catalog/locations", "/api/catalog/locations?dryRun=true"):
        answer = world.client.post(path, target, content_type="application/json", headers=bearer(ALICE))
        assert error_of(answer)[:2] == (403, "NotAllowedError")
    answer = world.client.delete(f"/api/catalog/locations/{location_id}", headers=bearer(ALICE))
    assert error_of(answer)[:2] == (403, "NotAllowedError")
    assert world.client.delete(f"/api/catalog/locations/{location_id}", headers=bearer(BOB)).status_code == 204


def test_validating_analyzing_and_the_unprocessed_obey(world, rules):
    entity = {"entity": component("x"), "location": "url:http://descriptors.test/x.yaml"}
    asked = {"validate-entity": entity, "analyze-location": {"location": {"type": "url", "target": "http://x.test/"}}}
    for path, body in asked.items():
        answer = world.client.post(f"/api/catalog/{path}", body, content_type="application/json", headers=bearer(ALICE))
        assert error_of(answer)[:2] == (403, "NotAllowedError")
    for path in ("failed", "pending"):
        assert world.get(f"entities/unprocessed/{path}", **bearer(ALICE)).status_code == 403


def test_who_may_see_nothing_sees_an_empty_catalog(world):
    with ruled_by(allow("user:default/bob")):
        assert world.get("entities", **bearer(ALICE)).json() == []
        assert world.get("entities/by-query", **bearer(ALICE)).json() == {"items": [], "totalItems": 0, "pageInfo": {}}
        assert world.get("entity-facets?facet=kind", **bearer(ALICE)).json() == {"facets": {"kind": []}}
        assert len(world.get("entities", **bearer(BOB)).json()) == 5


def test_an_entity_that_changes_hands_is_seen_by_its_new_owner_only(world, rules):
    world.write("catalog-info.yaml", component("cart", owner="team-b"), group("team-a"), group("team-b"))
    refresh(world, "component:default/cart", ALICE)
    world.process()
    assert world.get("entities/by-name/component/default/cart", **bearer(ALICE)).status_code == 404
    assert world.get("entities/by-name/component/default/cart", **bearer(BOB)).status_code == 200
