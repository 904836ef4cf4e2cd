"""The doors to registered locations."""

import pytest

from tests.integration.api_world import WEB, ApiWorld, component, error_of, names_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, client):
    return ApiWorld(settings, client)


def register(world, name="a.yaml"):
    return world.post("locations", {"type": "url", "target": world.write(name, component("cart"))})


def test_registers_a_location_and_its_entities_appear(world):
    answer = register(world)
    world.process()

    location = answer.json()["location"]
    assert answer.status_code == 201
    assert answer.json()["entities"] == []
    assert answer["Location"] == f"/api/catalog/locations/{location['id']}"
    assert location == {
        "id": location["id"],
        "type": "url",
        "target": f"{WEB}/a.yaml",
        "entityRef": location["entityRef"],
    }
    assert names_of(world.get("entities?filter=kind=component")) == ["cart"]


def test_registers_a_location_only_once(world):
    first = register(world)

    assert error_of(register(world)) == (409, "ConflictError", f"Location url:{WEB}/a.yaml already exists")
    again = world.post("locations?onConflict=refresh", {"type": "url", "target": f"{WEB}/a.yaml"})
    assert (again.status_code, again.json()["location"]) == (201, first.json()["location"])


@pytest.mark.parametrize("yes", ["true", "1", "YES"])
def test_a_dry_run_shows_the_entities_and_stores_nothing(world, yes):
    target = world.write("a.yaml", component("cart"))
    answer = world.post(f"locations?dryRun={yes}", {"type": "url", "target": target})

    assert (answer.status_code, answer.json()["exists"]) == (201, False)
    assert answer.json()["location"]["id"] == f"url:{target}"
    assert "cart" in [entity["metadata"]["name"] for entity in answer.json()["entities"]]
    assert world.get("locations").json() == []
    assert "Location" not in answer.headers


def test_a_dry_run_says_what_is_wrong(world):
    answer = world.post("locations?dryRun=true", {"type": "url", "target": f"{WEB}/nope.yaml"})

    assert error_of(answer) == (
        400,
        "InputError",
        f"NotFoundError: Unable to read url, no matching files found for {WEB}/nope.yaml",
    )


def test_refuses_what_users_may_not_register(world):
    assert error_of(world.post("locations", {"type": "file", "target": "/etc/passwd"})) == (
        400,
        "InputError",
        'Registered locations must be of an allowed type ["url"]',
    )
    assert error_of(world.post("locations", {"type": "url"})) == (
        400,
        "InputError",
        "request/body must have required property 'target'",
    )


def test_lists_and_finds_locations(world):
    location = register(world).json()["location"]
    world.process()

    assert world.get("locations").json() == [{"data": location}]
    assert world.get(f"locations/{location['id']}").json() == location
    assert world.get("locations/by-entity/component/default/cart").json() == location


def test_finds_no_location_that_is_not_there(world):
    assert error_of(world.get("locations/nope")) == (404, "NotFoundError", "Found no location with ID nope")
    assert error_of(world.delete("locations/nope"))[0] == 404
    assert error_of(world.put("locations/nope", {"type": "url", "target": f"{WEB}/x"}))[0] == 404
    assert error_of(world.get("locations/by-entity/component/default/nope")) == (
        404,
        "NotFoundError",
        "found no entity for ref component:default/nope",
    )


def test_walks_the_locations_page_by_page(world):
    ids = {register(world, f"{name}.yaml").json()["location"]["id"] for name in "abc"}
    first = world.post("locations/by-query", {"limit": 2, "query": {"type": "url"}}).json()
    second = world.post("locations/by-query", {"cursor": first["pageInfo"]["nextCursor"]}).json()

    assert (len(first["items"]), len(second["items"]), first["totalItems"]) == (2, 1, 3)
    assert {item["id"] for item in first["items"] + second["items"]} == ids
    assert second["pageInfo"] == {}


def test_queries_locations_by_predicate(world):
    register(world, "a.yaml")
    found = register(world, "b.yaml").json()["location"]

    page = world.post("locations/by-query", {"query": {"target": f"{WEB}/b.yaml"}}).json()
    none = world.post("locations/by-query", {"query": {"target": {"$hasPrefix": "https://nope"}}}).json()

    assert page == {"items": [found], "totalItems": 1, "pageInfo": {}}
    assert none == {"items": [], "totalItems": 0, "pageInfo": {}}


def test_refuses_to_query_locations_by_other_keys(world):
    message = "Invalid filter predicate, expected key to be 'id', 'type', 'target', or 'entityRef', got 'kind'"

    assert error_of(world.post("locations/by-query", {"query": {"$not": {"kind": "x"}}})) == (
        400,
        "InputError",
        message,
    )


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"$any": [{"target": f"{WEB}/A.yaml"}, {"target": {"$hasPrefix": f"{WEB}/B"}}]}, ["a.yaml", "b.yaml"]),
        ({"$all": [{"type": "url"}, {"$not": {"target": {"$in": [f"{WEB}/a.yaml"]}}}]}, ["b.yaml"]),
        ({"entityRef": {"$exists": True}}, ["a.yaml", "b.yaml"]),
        ({"id": {"$exists": False}}, []),
        ({}, ["a.yaml", "b.yaml"]),
    ],
)
def test_takes_every_operator_for_locations(world, query, found):
    register(world, "a.yaml")
    register(world, "b.yaml")

    items = world.post("locations/by-query", {"query": query}).json()["items"]

    assert sorted(item["target"].removeprefix(f"{WEB}/") for item in items) == found


def test_points_a_location_somewhere_else(world):
    location = register(world).json()["location"]
    world.process()
    other = world.write("other.yaml", component("search"))

    answer = world.put(f"locations/{location['id']}", {"type": "url", "target": other})
    world.process()

    assert (answer.status_code, answer.json()) == (200, {**location, "target": other})
    assert names_of(world.get("entities?filter=kind=component")) == ["search"]


def test_deletes_a_location_with_its_entities(world):
    location = register(world).json()["location"]
    world.process()

    answer = world.delete(f"locations/{location['id']}")
    world.process()

    assert (answer.status_code, answer.content) == (204, b"")
    assert world.get("entities").json() == []


def test_analyzes_a_location(world):
    answer = world.post("analyze-location", {"location": {"type": "url", "target": f"{WEB}/shop/cart"}})

    assert answer.json() == {
        "existingEntityFiles": [],
        "generateEntities": [
            {
                "entity": {
                    "apiVersion": "backstage.io/v1alpha1",
                    "kind": "Component",
                    "metadata": {"name": "cart"},
                    "spec": {"type": "other", "lifecycle": "unknown"},
                },
                "fields": [],
            }
        ],
    }


def test_a_readonly_catalog_takes_no_locations(settings, client):
    world = ApiWorld(settings, client, readonly=True)
    target = world.write("a.yaml", component("cart"))
    refusal = (403, "NotAllowedError", "This operation not allowed in readonly mode")
    body = {"type": "url", "target": target}

    assert error_of(world.post("locations", body)) == refusal
    assert error_of(world.put("locations/x", body)) == refusal
    assert error_of(world.delete("locations/x")) == refusal
    assert world.post("locations?dryRun=true", body).status_code == 201
    assert world.get("locations").json() == []


def test_a_silent_broker_does_not_fail_the_door(world, monkeypatch, django_capture_on_commit_callbacks):
    from catalog import jobs

    monkeypatch.setattr(jobs.process_due_entities, "delay", _refuse_connection)
    with django_capture_on_commit_callbacks(execute=True):
        answer = register(world)

    assert answer.status_code == 201


def _refuse_connection():
    raise ConnectionRefusedError("nobody listens")
