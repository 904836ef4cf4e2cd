"""Whatever is sent to the API, it answers, and never with a fault of its own."""

import json
from urllib.parse import quote

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.api.openapi import DESCRIPTION
from common.api.openapi import METHODS
from tests.integration.api_world import ApiWorld, component, group

pytestmark = pytest.mark.django_db

ODD_TEXTS = [
    "", "\x00", "a\x00b", "%", "%00", "é", "😀", "\ud800", "x" * 5000, "null", "NaN", "-1", "0", "1", "2", "1e400",
    "99999999999999999999", "kind", "kind=component", "=x", "a=b,c=d", ",,,", "metadata.name", "asc:metadata.name",
    "kind,asc", "desc:", "include", "a[0]", "a.b.c", "component:default/cart", "Component:default/", ":::", "/", "..",
    "eyJsaW1pdCI6MX0=", "eyJsaW1pdCI6LTEsIm9mZnNldCI6LTF9", "bnVsbA==", "W10=", "MQ==", "true", "refresh", "url",
    "http://descriptors.test/catalog-info.yaml", "url:http://descriptors.test/x", "http://169.254.169.254/", "http://[", "javascript:alert(1)",
]  # fmt: skip
ODD_NUMBERS = [0, 1, -1, 1.5, 2**31, 2**53, 2**63, -(2**63), 2**64, 1e308, -1e308, 10**30]
PARAMETERS = [
    "filter", "fields", "limit", "offset", "after", "order", "orderField", "cursor", "totalItems", "facet", "owner",
    "fullTextFilterTerm", "fullTextFilterFields", "dryRun", "onConflict", "filter[]", "filter[0]", "limit[a]", "__proto__", "x",
]  # fmt: skip
KEYS = [
    "query", "limit", "offset", "cursor", "orderBy", "field", "order", "fields", "fullTextFilter", "term", "totalItems",
    "entityRefs", "facets", "type", "target", "presence", "entity", "entityRef", "location", "catalogFilename", "apiVersion",
    "kind", "metadata", "name", "namespace", "annotations", "labels", "links", "spec", "relations", "targetRef", "authorizationToken",
    "$all", "$any", "$not", "$exists", "$in", "$hasPrefix", "$contains", "$text", "$json", "__proto__", "",
]  # fmt: skip

texts = st.sampled_from(ODD_TEXTS) | st.text(max_size=20)
numbers = st.sampled_from(ODD_NUMBERS) | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS) | texts, inner, max_size=5),
    max_leaves=25,
)
queries = st.lists(st.tuples(st.sampled_from(PARAMETERS), texts), max_size=5)
OPERATIONS = [
    (method, path, operation)
    for path, operations in DESCRIPTION.document["paths"].items()
    for method, operation in operations.items()
    if method in METHODS
]

few = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@pytest.fixture
def world(settings, client):
    world = ApiWorld(settings, client)
    world.register(component("cart", tags=["java"]), group("team-a"))
    return world


def send(world, method, path, *, query=(), body=None, content_type="application/json"):
    """The answer, after whatever it wrote was rolled back, so that each example starts from the same catalog."""
    pairs = "&".join(f"{quote(key, safe='[]')}={quote(text, safe='', errors='surrogatepass')}" for key, text in query)
    url = f"/api/catalog{path}?{pairs}"
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    with transaction.atomic():
        answer = world.client.generic(method.upper(), url, data, content_type=content_type)
        transaction.set_rollback(True)
    return answer


def assert_answered(answer):
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400 and answer.content:
        body = answer.json()
        messages = [error["message"] for error in body["errors"]] if "errors" in body else [body["error"]["message"]]
        assert all(messages)


def ids_of(operations):
    return [operation["operationId"] for _, _, operation in operations]


WITH_BODY = [found for found in OPERATIONS if "requestBody" in found[2]]


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=ids_of(OPERATIONS))
def test_any_query_and_path_is_answered(world, method, path, operation):
    @few
    @given(query=queries, part=texts)
    def check(query, part):
        filled = "/".join(
            quote(part, safe="", errors="surrogatepass") if piece[:1] == "{" else piece for piece in path.split("/")
        )
        assert_answered(send(world, method, filled, query=query, body={}))

    check()


@pytest.mark.parametrize(("method", "path", "operation"), WITH_BODY, ids=ids_of(WITH_BODY))
def test_any_json_is_answered(world, method, path, operation):
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    known = list(schema.get("properties", {"type": {}, "target": {}}))

    @few
    @given(body=st.dictionaries(st.sampled_from(known), values, max_size=6) | values)
    def check(body):
        assert_answered(send(world, method, path, body=body))

    check()


@pytest.mark.parametrize(("method", "path", "operation"), WITH_BODY, ids=ids_of(WITH_BODY))
def test_any_bytes_are_answered(world, method, path, operation):
    @few
    @given(
        body=st.binary(max_size=200),
        content_type=st.sampled_from(["application/json", "", "text/plain", "; ;", "\x7f"]),
    )
    def check(body, content_type):
        assert_answered(send(world, method, path, body=body, content_type=content_type))

    check()


predicates = st.recursive(
    st.dictionaries(
        st.sampled_from(["kind", "metadata.name", "relations", "x"]),
        texts | numbers | st.booleans() | values,
        max_size=3,
    ),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"$all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"$any": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda part: {"$not": part}, inner),
    ),
    max_leaves=10,
)


@pytest.mark.parametrize("path", ["/entities/by-query", "/entities/by-refs", "/entity-facets", "/locations/by-query"])
def test_any_predicate_is_answered(world, path):
    @few
    @given(query=predicates)
    def check(query):
        refs = ["component:default/cart", "a\x00b", ":::"]
        assert_answered(send(world, "post", path, body={"query": query, "entityRefs": refs, "facets": ["kind"]}))

    check()


@few
@given(entity=st.dictionaries(st.sampled_from(["apiVersion", "kind", "metadata", "spec", "relations"]), values))
def test_any_entity_is_judged(world, entity):
    entity = {"apiVersion": "backstage.io/v1alpha1", "kind": "Component", "metadata": {"name": "x"}, **entity}
    body = {"entity": entity, "location": "url:http://descriptors.test/x"}

    assert_answered(send(world, "post", "/validate-entity", body=body))
