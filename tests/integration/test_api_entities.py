"""The doors to entities."""

import json
from urllib.parse import unquote

import pytest

from tests.integration.api_world import ApiWorld, component, error_of, group, names_of

pytestmark = pytest.mark.django_db

OURS = "filter=kind=component"


@pytest.fixture
def world(settings, client):
    world = ApiWorld(settings, client)
    world.register(
        component("cart", tags=["java", "checkout"]),
        component("search", type="library", tags=["java"]),
        component("mail", owner="team-b"),
        group("team-a"),
    )
    return world


def test_lists_whole_entities_as_json(world):
    answer = world.get("entities?filter=kind=component,metadata.name=cart")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json; charset=utf-8")
    [cart] = answer.json()
    assert cart["spec"] == {"type": "service", "lifecycle": "production", "owner": "team-a"}
    assert cart["relations"] == [{"type": "ownedBy", "targetRef": "group:default/team-a"}]


def test_lists_an_empty_catalog(settings, client):
    answer = ApiWorld(settings, client).get("entities")

    assert answer.content == b"[]"


def test_filters_orders_and_cuts(world):
    answer = world.get(f"entities?{OURS},spec.owner=team-a&order=desc:metadata.name&fields=metadata.name,kind")

    assert answer.json() == [
        {"metadata": {"name": "search"}, "kind": "Component"},
        {"metadata": {"name": "cart"}, "kind": "Component"},
    ]


def test_several_filters_mean_any_of_them(world):
    assert sorted(names_of(world.get("entities?filter=kind=group&filter=metadata.name=mail"))) == ["mail", "team-a"]


def test_walks_the_list_by_its_link_header(world):
    seen, path = [], f"/entities?{OURS}&order=asc:metadata.name&limit=2"
    while path:
        answer = world.get(path.lstrip("/"))
        seen.append(names_of(answer))
        link = answer.headers.get("Link")
        path = link.removeprefix("<").removesuffix('>; rel="next"') if link else None

    assert seen == [["cart", "mail"], ["search"]]


def test_the_link_keeps_the_question_but_not_the_offset(world):
    answer = world.get("entities?filter=kind%3Dcomponent&offset=1&limit=1")

    assert unquote(answer["Link"]).startswith("</entities?filter=kind=component&limit=1&after=")


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "entities?filter==x",
            "Invalid filter, '=x' is not a valid statement (expected a string on the form a=b or a= or a)",
        ),
        ("entities?limit=0", "Invalid limit, must be greater than zero"),
        ("entities?limit=-1", "request/query/limit must be >= 0"),
        ("entities?after=%25%25%25", "Malformed after cursor, could not be parsed"),
        ("entities?fields=a[0]", 'Invalid field "a[0]", array type fields are not supported'),
        ("entities/by-query?orderField=kind,up", "Invalid order field order, must be asc or desc"),
        ("entity-facets", "request/query must have required property 'facet'"),
    ],
)
def test_says_what_is_wrong_with_a_question(world, path, message):
    assert error_of(world.get(path)) == (400, "InputError", message)


def test_an_error_names_the_request(world):
    assert world.get("entities?limit=-1").json()["request"] == {"method": "GET", "url": "/entities?limit=-1"}


def test_gets_one_entity_by_name_whatever_the_case(world):
    answer = world.get("entities/by-name/Component/DEFAULT/Cart")

    assert (answer.status_code, answer.json()["metadata"]["name"]) == (200, "cart")
    assert answer["Content-Type"] == "application/json; charset=utf-8"


def test_gets_no_entity_that_is_not_there(world):
    message = "No entity named 'nope' found, with kind 'Component' in namespace 'default'"

    assert error_of(world.get("entities/by-name/Component/default/nope")) == (404, "NotFoundError", message)
    assert error_of(world.get("entities/by-uid/nope")) == (404, "NotFoundError", "No entity with uid nope")
    assert error_of(world.get("entities/by-name/component/default/nope/ancestry")) == (
        404,
        "NotFoundError",
        "No such entity component:default/nope",
    )


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("entities/by-name/component/default/cart", 1),  # the body
        ("entity-facets?facet=kind", 1),  # is the index up to date?
        ("entities", 2),  # that, and the bodies
        ("entities/by-query?limit=2", 2),
    ],
)
def test_reads_cost_few_queries(world, django_assert_max_num_queries, path, queries):
    world.get("entities?limit=1")

    with django_assert_max_num_queries(queries):
        assert world.get(path).status_code == 200


def test_gets_and_deletes_an_entity_by_its_uid(world):
    uid = world.get("entities/by-name/component/default/cart").json()["metadata"]["uid"]

    assert world.get(f"entities/by-uid/{uid}").json()["metadata"]["name"] == "cart"
    gone = world.delete(f"entities/by-uid/{uid}")

    assert (gone.status_code, gone.content, gone.headers.get("Content-Type")) == (204, b"", None)
    assert world.get(f"entities/by-uid/{uid}").status_code == 404
    assert world.delete(f"entities/by-uid/{uid}").status_code == 204


def test_its_location_brings_a_deleted_entity_back(world):
    uid = world.get("entities/by-name/component/default/cart").json()["metadata"]["uid"]
    world.delete(f"entities/by-uid/{uid}")
    world.process()

    assert world.get("entities/by-name/component/default/cart").json()["metadata"]["uid"] != uid


def test_pages_with_cursors_both_ways(world):
    question = f"{OURS}&orderField=metadata.name,asc&limit=2"
    first = world.get(f"entities/by-query?{question}").json()
    second = world.get(f"entities/by-query?limit=2&cursor={first['pageInfo']['nextCursor']}").json()
    back = world.get(f"entities/by-query?limit=2&cursor={second['pageInfo']['prevCursor']}").json()

    assert [entity["metadata"]["name"] for entity in first["items"]] == ["cart", "mail"]
    assert [entity["metadata"]["name"] for entity in second["items"]] == ["search"]
    assert back["items"] == first["items"]
    assert (first["totalItems"], list(second["pageInfo"])) == (3, ["prevCursor"])


def test_queries_by_predicate(world):
    body = {
        "query": {"$all": [{"kind": "component"}, {"$not": {"spec.owner": "team-b"}}]},
        "orderBy": [{"field": "metadata.name", "order": "desc"}],
        "fields": ["metadata.name"],
        "limit": 1,
    }
    page = world.post("entities/by-query", body).json()

    assert page["items"] == [{"metadata": {"name": "search"}}]
    assert page["totalItems"] == 2
    rest = world.post("entities/by-query", {"cursor": page["pageInfo"]["nextCursor"]}).json()
    assert [entity["metadata"]["name"] for entity in rest["items"]] == ["cart"]


def test_takes_a_question_without_a_body(world):
    answer = world.client.post("/api/catalog/entities/by-query", b"", content_type="")

    assert answer.status_code == 200
    assert {"cart", "mail", "search", "team-a"} <= set(names_of(answer))


def test_gets_a_batch_in_the_order_of_its_refs(world):
    refs = ["component:default/mail", "component:default/nope", "Component:Default/CART"]
    answer = world.post("entities/by-refs", {"entityRefs": refs, "fields": ["metadata.name"]})

    assert answer.json()["items"][:2] == [{"metadata": {"name": "mail"}}, None]


def test_gets_a_batch_that_must_match(world):
    refs = ["component:default/mail", "component:default/cart"]
    body = {"entityRefs": refs, "query": {"kind": "component"}, "fields": ["metadata.name"]}

    answer = world.post("entities/by-refs?filter=spec.owner=team-a", body)

    assert answer.json() == {"items": [None, {"metadata": {"name": "cart"}}]}


def test_counts_values(world):
    expected = {"facets": {"metadata.tags": [{"value": "checkout", "count": 1}, {"value": "java", "count": 2}]}}

    assert world.get(f"entity-facets?facet=metadata.tags&{OURS}").json() == expected
    body = {"facets": ["metadata.tags"], "query": {"kind": "component"}}
    assert world.post("entity-facets", body).json() == expected


def test_a_client_that_has_the_counts_gets_none(world):
    first = world.get("entity-facets?facet=kind")
    again = world.get("entity-facets?facet=kind", **{"If-None-Match": first["ETag"]})
    forced = world.get("entity-facets?facet=kind", **{"If-None-Match": first["ETag"], "Cache-Control": "no-cache"})

    assert first["ETag"].startswith(f'W/"{len(first.content):x}-')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert forced.status_code == 200


def test_shows_where_an_entity_came_from(world):
    ancestry = world.get("entities/by-name/component/default/cart/ancestry").json()

    assert ancestry["rootEntityRef"] == "component:default/cart"
    cart, location = ancestry["items"]
    assert cart["entity"]["metadata"]["name"] == "cart"
    assert cart["parentEntityRefs"] == [f"location:default/{location['entity']['metadata']['name']}"]
    assert location["parentEntityRefs"] == []


def test_refreshes_an_entity(world):
    world.write("catalog-info.yaml", component("cart", type="website"))
    answer = world.post("refresh", {"entityRef": "component:default/cart", "authorizationToken": "x"})
    world.process()

    assert (answer.status_code, answer.content) == (200, b"")
    assert world.get("entities/by-name/component/default/cart").json()["spec"]["type"] == "website"


def test_refreshes_no_entity_that_is_not_there(world):
    assert error_of(world.post("refresh", {"entityRef": "component:default/nope"})) == (
        404,
        "NotFoundError",
        "Entity component:default/nope not found",
    )


def test_validates_an_entity(world):
    answer = world.post("validate-entity", {"entity": component("fine"), "location": "url:http://descriptors.test/x"})

    assert (answer.status_code, answer.content, answer.headers.get("Content-Type")) == (200, b"", None)


@pytest.mark.parametrize(
    ("entity", "location", "word"),
    [
        ({}, "url:http://descriptors.test/x", "apiVersion"),
        (component("not fine"), "url:http://descriptors.test/x", "not fine"),
        (component("fine", lifecycle=None), "url:http://descriptors.test/x", "lifecycle"),
        (component("fine"), "file:x.yaml", "only 'url:<target>' is supported"),
        (component("fine"), "nonsense", "nonsense"),
        (
            {**component("fine"), "kind": "Location", "spec": {"type": "file", "target": "./x.yaml"}},
            "url:http://descriptors.test/x",
            'Registered locations must be of an allowed type ["url"]',
        ),
        (
            {**component("fine"), "kind": "Location", "spec": {"targets": ["./x.yaml", "http://10.0.0.1/x.yaml"]}},
            "url:http://descriptors.test/x",
            "Unable to read url, Reading from 'http://10.0.0.1/x.yaml' is not allowed.",
        ),
        (
            {**component("fine"), "metadata": {"name": "fine", "annotations": ["x"]}},
            "url:http://descriptors.test/x",
            "",
        ),
        ({**component("fine"), "metadata": {"name": "fine", "annotations": "x"}}, "url:http://descriptors.test/x", ""),
    ],
)
def test_says_what_is_wrong_with_an_entity(world, entity, location, word):
    answer = world.post("validate-entity", {"entity": entity, "location": location})

    assert answer.status_code == 400
    errors = json.loads(answer.content)["errors"]
    assert word in errors[0]["message"]
    assert {"name", "message"} <= errors[0].keys()
