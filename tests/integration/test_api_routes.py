"""What all doors have in common."""

import pytest

from catalog.api.openapi import DESCRIPTION
from common.api.openapi import METHODS
from tests.integration.api_world import ApiWorld, error_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, client):
    return ApiWorld(settings, client)


@pytest.mark.parametrize("path", ["nope", "entities/by-name/component/default", "locations/a/b", ""])
def test_an_unknown_route_is_404_without_a_body(world, path):
    answer = world.get(path)

    assert (answer.status_code, answer.content, answer.headers.get("Content-Type")) == (404, b"", None)


@pytest.mark.parametrize("path", ["entities", "entities/by-query", "locations", "locations/by-query"])
def test_a_slash_at_the_end_does_not_matter(world, path):
    assert (
        world.client.head(f"/api/catalog/{path}/").status_code == world.client.head(f"/api/catalog/{path}").status_code
    )


@pytest.mark.parametrize(("path", "allowed"), [("entities/by-query", "GET,HEAD,POST"), ("locations", "GET,HEAD,POST")])
def test_options_names_the_methods(world, path, allowed):
    answer = world.client.options(f"/api/catalog/{path}")

    assert answer.status_code == 200
    assert sorted(answer["Allow"].split(",")) == allowed.split(",")


@pytest.mark.parametrize("path", ["entities", "refresh"])
def test_another_method_is_no_route(world, path):
    answer = world.delete(path)

    assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize("path", ["entities", "entities/by-query", "locations", "entities/unprocessed/failed"])
def test_head_answers_as_get_without_the_body(world, path):
    answer = world.client.head(f"/api/catalog/{path}")

    assert (answer.status_code, answer.content) == (200, b"")


def test_every_documented_operation_has_a_door(world):
    undone = []
    for path, operations in DESCRIPTION.document["paths"].items():
        for method in METHODS:
            if method in operations:
                url = "/api/catalog" + path.replace("{", "").replace("}", "")
                answer = getattr(world.client, method)(url, content_type="application/json")
                if answer.status_code == 404 and not answer.content:
                    undone.append(f"{method} {path}")

    assert undone == []


def test_serves_its_description_below_the_path_where_it_hangs(world):
    answer = world.get("openapi.json")

    assert answer["Content-Type"] == "application/json; charset=utf-8"
    document = answer.json()
    assert document["openapi"] == "3.1.0"
    assert "get" in document["paths"]["/api/catalog/entities"]


def test_serves_a_page_that_loads_nothing(world):
    answer = world.get("docs")

    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert "/api/catalog/entities/by-query" in answer.content.decode()


def test_a_token_for_reading_only_reads(settings, client):
    reader = {
        "type": "static",
        "options": {"token": "a-token-for-reading", "subject": "reader"},
        "accessRestrictions": [{"plugin": "catalog", "permission": "catalog.entity.read"}],
    }
    world = ApiWorld(settings, client, auth={"externalAccess": [reader]})
    client.defaults["HTTP_AUTHORIZATION"] = "Bearer a-token-for-reading"

    assert world.get("entities").status_code == 200
    status, name, message = error_of(world.post("locations", {"type": "url", "target": "http://descriptors.test/x"}))
    assert (status, name) == (403, "NotAllowedError")
    assert message == "This token's access to 'catalog' is restricted to permission(s) 'catalog.entity.read'"
    assert world.get("locations").status_code == 403
    assert world.get("entities/unprocessed/failed").status_code == 403
    assert world.delete("entities/by-uid/x").status_code == 403


def test_nobody_in_particular_gets_nothing(settings, client):
    world = ApiWorld(settings, client, auth={"externalAccess": []})

    assert error_of(world.get("entities")) == (401, "AuthenticationError", "Missing credentials")
