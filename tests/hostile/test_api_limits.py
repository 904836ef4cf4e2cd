"""Requests made to hurt: each is refused with a message, at once."""

import gzip

import pytest

from common.api.json_body import MAX_BYTES
from tests.integration.api_world import ApiWorld, error_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, client):
    return ApiWorld(settings, client)


def nested(depth, opening='{"$not":', inside='{"kind":"x"}'):
    return opening * depth + inside + "}" * depth


@pytest.mark.parametrize("depth", [500, 3000, 100_000])
@pytest.mark.parametrize("path", ["entities/by-query", "entity-facets", "locations/by-query"])
def test_a_predicate_of_great_depth_is_refused(world, path, depth):
    body = f'{{"facets":["kind"],"query":{nested(depth)}}}'

    status, name, message = error_of(world.post(path, body))

    assert (status, name) == (400, "InputError")
    assert message


def test_a_predicate_with_very_many_parts_is_refused(world):
    parts = ",".join(['{"kind":"x"}'] * 200_000)

    assert error_of(world.post("entities/by-query", f'{{"query":{{"$any":[{parts}]}}}}'))[0] == 400


def test_a_body_beyond_the_limit_is_refused(world):
    answer = world.post("entities/by-query", b'{"cursor":"' + b"x" * MAX_BYTES + b'"}')

    assert error_of(answer) == (400, "InputError", "request entity too large")


def test_a_bomb_of_compressed_bytes_is_refused(world):
    body = gzip.compress(b" " * (MAX_BYTES * 3))

    answer = world.client.post(
        "/api/catalog/entities/by-query", body, content_type="application/json", headers={"Content-Encoding": "gzip"}
    )

    assert error_of(answer) == (400, "InputError", "request entity too large")


def test_an_endless_query_string_is_refused(world):
    status, name, message = error_of(world.get("entities?filter=" + "a" * 100_000))

    assert (status, name) == (400, "InputError")
    assert message.startswith("The query string is 100007 characters long")


def test_very_many_filters_are_refused(world):
    assert error_of(world.get("entities?" + "&".join(["filter=a"] * 5000)))[0] == 400


@pytest.mark.parametrize(
    "path",
    [
        "entities/by-uid/a%00b",
        "entities/by-name/a/b/c%00d",
        "entities/by-name/a/b/c%00d/ancestry",
        "locations/a%00b",
        "locations/by-entity/a/b/c%00d",
    ],
)
def test_a_nul_in_a_path_finds_nothing(world, path):
    assert error_of(world.get(path))[0] == 404


def test_a_nul_in_a_ref_finds_nothing(world):
    assert error_of(world.post("refresh", {"entityRef": "component:default/a\0b"}))[0] == 404
    assert world.post("entities/by-refs", {"entityRefs": ["component:default/a\0b"]}).json() == {"items": [None]}


@pytest.mark.parametrize("limit", ["9" * 4000, "1e308", "Infinity", str(2**63), "-0"])
def test_a_huge_page_size_is_no_fault(world, limit):
    assert world.get(f"entities/by-query?limit={limit}&offset={limit}").status_code == 200


def test_a_message_quotes_hostile_input_as_json_text(world):
    answer = world.get("entities?%3Cscript%3E=1")

    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert error_of(answer) == (400, "InputError", "Unknown query parameter '<script>'")
