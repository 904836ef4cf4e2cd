"""What was found but does not appear, and why."""

import json

import pytest

from catalog.models import RefreshState
from tests.integration.api_world import ApiWorld, component

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, client):
    world = ApiWorld(settings, client)
    world.register(component("cart"), component("broken", lifecycle=None, owner="team-b"))
    return world


def test_lists_what_failed_with_its_errors(world):
    body = world.get("entities/unprocessed/failed").json()

    assert body["type"] == "failed"
    [entity] = body["entities"]
    assert entity["entity_ref"] == "component:default/broken"
    assert entity["unprocessed_entity"]["metadata"]["name"] == "broken"
    assert "lifecycle" in entity["errors"][0]["message"]
    assert entity["last_discovery_at"].endswith("Z")
    assert sorted(entity) == [
        "entity_id",
        "entity_ref",
        "errors",
        "last_discovery_at",
        "location_key",
        "next_update_at",
        "unprocessed_entity",
    ]


def test_lists_only_those_of_an_owner(world):
    owned = [len(world.get(f"entities/unprocessed/failed?owner={o}").json()["entities"]) for o in ("team-b", "team-a")]

    assert owned == [1, 0]


def test_lists_what_waits_for_its_first_processing(world):
    world.post("locations", {"type": "url", "target": "http://descriptors.test/later.yaml"})

    body = world.get("entities/unprocessed/pending").json()

    assert (body["type"], len(body["entities"])) == ("pending", 1)
    assert body["entities"][0]["unprocessed_entity"]["spec"]["target"] == "http://descriptors.test/later.yaml"


def test_forgets_an_unprocessed_entity(world):
    [entity] = world.get("entities/unprocessed/failed").json()["entities"]

    answers = [world.delete(f"entities/unprocessed/delete/{entity['entity_id']}") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [204, 204]
    assert world.get("entities/unprocessed/failed").json()["entities"] == []
    assert not RefreshState.objects.filter(entity_ref="component:default/broken").exists()


def test_the_newcomers_file_shows_its_good_half_and_names_both_faults_of_the_other(settings, client):
    world = ApiWorld(settings, client)
    good = component("shop", tags=["java"], system="retail")
    good["metadata"]["annotations"] = {"github.com/project-slug": "acme/shop"}
    bad = {
        "kind": "API",
        "metadata": {"name": "shop-api"},
        "spec": {"type": "openapi", "lifecycle": "production", "owner": "team-a", "definition": {"openapi": "3.1.0"}},
    }
    world.register(json.dumps(good), json.dumps(bad))

    assert world.get("entities/by-name/component/default/shop").status_code == 200
    failed = world.get("entities/unprocessed/failed").json()["entities"]
    messages = [error["message"] for entity in failed for error in entity["errors"]]
    assert any("apiVersion" in message and "definition" in message for message in messages), messages
