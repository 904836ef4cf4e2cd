"""The other reads: lists, facets, refs and ancestry."""

import base64
import json

import orjson
import pytest
from django.db import connection

from catalog.entity_ref import EntityRef
from catalog.models import RefreshEdge
from catalog.queries.ancestry import ANCESTRY, get_ancestry
from catalog.queries.entities import list_entities
from catalog.queries.facets import count_facets
from catalog.queries.fields import parse_fields
from catalog.queries.order import OrderField
from catalog.queries.predicate import HasValue, parse_filters
from catalog.queries.refs import get_by_ref, get_by_refs, get_by_uid
from common.errors import InputError, NotFoundError
from tests.integration.queries_world import make_entity, names, write

pytestmark = pytest.mark.django_db

SERVICES = HasValue("spec.type", ("service",))


@pytest.fixture
def four():
    write(
        make_entity("d", type="service", metadata={"uid": "1", "tags": ["x", "y"]}),
        make_entity("a", type="Library", metadata={"uid": "2"}),
        make_entity("c", type="service", metadata={"uid": "3", "tags": ["y"]}),
        make_entity("b", kind="API", metadata={"uid": "4"}),
    )


# ---------------------------------------------------------------------- list_entities


def test_lists_by_ref(four):
    found = list_entities(None)
    assert names(found.bodies) == ["b", "a", "c", "d"]
    assert found.next_cursor is None


def test_lists_what_matches_and_is_visible(four):
    assert names(list_entities(parse_filters(["metadata.tags=y"])).bodies) == ["c", "d"]
    assert names(list_entities(parse_filters(["metadata.tags=x", "kind=api"]), visible=SERVICES).bodies) == ["d"]


def test_a_whole_list_leaves_out_what_lacks_the_order_field(four):
    assert names(list_entities(None, order=[OrderField("spec.type", "asc")]).bodies) == ["a", "d", "c"]
    assert names(list_entities(None, order=[OrderField("Spec.Type", "desc")]).bodies) == ["c", "d", "a"]


def test_a_page_of_a_list_has_that_at_its_end(four):
    by_type = [OrderField("spec.type", "desc")]
    page = list_entities(None, order=by_type, limit=3)
    assert names(page.bodies) == ["c", "d", "a"]
    rest = list_entities(None, order=by_type, after=page.next_cursor)
    assert (names(rest.bodies), rest.next_cursor) == (["b"], None)


def test_pages_by_several_fields(four):
    order = [OrderField("spec.type", "desc"), OrderField("metadata.tags", "asc"), OrderField("metadata.name", "asc")]
    assert names(list_entities(None, order=order, offset=0).bodies) == ["d", "c", "d", "a", "b"]
    assert names(list_entities(None, order=order, offset=1, limit=2).bodies) == ["c", "d"]


def test_after_holds_limit_and_offset(four):
    page = list_entities(None, limit=2)
    assert json.loads(base64.b64decode(page.next_cursor)) == {"limit": 2, "offset": 2}
    assert names(list_entities(None, after=page.next_cursor, limit=1).bodies) == ["c", "d"]


def test_lists_are_cut_down_to_fields(four):
    found = list_entities(SERVICES, fields=parse_fields(["metadata.name,spec.nope"]))
    assert found.bodies == [b'{"metadata":{"name":"c"}}', b'{"metadata":{"name":"d"}}']


@pytest.mark.parametrize(
    ("after", "message"),
    [
        ("%%%", "Malformed after cursor, could not be parsed"),
        ("", "Invalid after, must not be empty"),
        (base64.b64encode(b"null").decode(), "Malformed after cursor, could not be parsed"),
        (base64.b64encode(b'{"limit":"x"}').decode(), "Malformed after cursor, limit was not an number"),
        (base64.b64encode(b'{"limit":1,"offset":1.5}').decode(), "Malformed after cursor, offset was not a number"),
        (base64.b64encode(b'{"limit":-1}').decode(), "Malformed after cursor, limit was not an number"),
    ],
)
def test_a_malformed_after_is_refused(after, message):
    with pytest.raises(InputError) as raised:
        list_entities(None, after=after)
    assert str(raised.value) == message


# ---------------------------------------------------------------------- facets


def test_counts_facets_in_the_callers_spelling(four):
    assert count_facets(["Kind", "spec.type", "nope"]) == {
        "Kind": [("API", 1), ("Component", 3)],
        "spec.type": [("Library", 1), ("service", 2)],
        "nope": [],
    }


def test_counts_facets_of_what_matches_and_is_visible(four):
    found = count_facets(["metadata.tags"], predicate=parse_filters(["metadata.tags=x", "kind=api"]), visible=SERVICES)
    assert found == {"metadata.tags": [("x", 1), ("y", 1)]}


def test_facets_need_one_query(four, django_assert_num_queries):
    count_facets(["kind"])
    with django_assert_num_queries(1):
        count_facets(["kind", "spec.type"], predicate=SERVICES)


# ---------------------------------------------------------------------- refs


def test_gets_a_batch_in_the_callers_order(four, django_assert_num_queries):
    refs = ["component:default/c", "nope:x/y", "Component:default/c", "api:default/b", "component:default/c"]
    for statements in (2, 1):  # what was read once is in memory
        with django_assert_num_queries(statements):
            assert names(get_by_refs(refs)) == ["c", None, None, "b", "c"]


def test_a_batch_leaves_out_what_does_not_match(four):
    refs = ["component:default/c", "component:default/a", "api:default/b"]
    assert names(get_by_refs(refs, predicate=SERVICES)) == ["c", None, None]
    assert names(get_by_refs(refs, predicate=parse_filters(["kind=api"]), visible=SERVICES)) == [None] * 3


def test_a_batch_is_cut_down_to_fields(four):
    found = get_by_refs(["api:default/b", "x:y/z"], fields=parse_fields(["kind"]))
    assert found == [b'{"kind":"API"}', None]


def test_gets_one_by_ref_or_uid(four):
    assert names([get_by_ref(EntityRef("API", "Default", "B")), get_by_uid("4")]) == ["b", "b"]
    with pytest.raises(NotFoundError) as raised:
        get_by_ref(EntityRef("Component", "Default", "Nope"))
    assert str(raised.value) == "No entity named 'Nope' found, with kind 'Component' in namespace 'Default'"
    with pytest.raises(NotFoundError) as raised:
        get_by_uid("Nope")
    assert str(raised.value) == "No entity with uid Nope"


def test_one_that_is_not_visible_is_not_found(four):
    with pytest.raises(NotFoundError):
        get_by_ref(EntityRef("api", "default", "b"), visible=SERVICES)
    with pytest.raises(NotFoundError):
        get_by_uid("4", visible=SERVICES)
    assert names([get_by_ref(EntityRef("component", "default", "c"), visible=SERVICES)]) == ["c"]


# ---------------------------------------------------------------------- ancestry


def emits(*pairs):
    RefreshEdge.objects.bulk_create(
        [
            RefreshEdge(source_ref=f"component:default/{source}", target_ref=f"component:default/{target}")
            for source, target in pairs
        ]
        + [RefreshEdge(source_key="a provider", target_ref="component:default/a")]
    )


def ancestry(name, **rest):
    found = orjson.loads(orjson.dumps(get_ancestry(EntityRef("Component", "default", name), **rest)))
    parents = {
        item["entity"]["metadata"]["name"]: [ref.removeprefix("component:default/") for ref in item["parentEntityRefs"]]
        for item in found["items"]
    }
    return found["rootEntityRef"], list(parents.items())


def test_ancestry_leads_up_to_the_roots_and_survives_circles():
    write(*(make_entity(name) for name in "abcd"))
    emits(("a", "b"), ("b", "c"), ("c", "b"), ("a", "d"), ("gone", "c"))
    assert ancestry("c") == ("component:default/c", [("c", ["b"]), ("b", ["a", "c"]), ("a", [])])
    assert ancestry("a") == ("component:default/a", [("a", [])])


def test_ancestry_leaves_out_what_is_not_visible_and_what_only_that_leads_to():
    write(make_entity("a", type="service"), make_entity("b"), make_entity("c", type="service"))
    emits(("a", "b"), ("b", "c"))
    assert ancestry("c", visible=SERVICES) == ("component:default/c", [("c", [])])
    with pytest.raises(NotFoundError):
        ancestry("b", visible=SERVICES)


def test_ancestry_of_nothing_is_not_found():
    with pytest.raises(NotFoundError) as raised:
        get_ancestry(EntityRef("Component", "default", "Nope"))
    assert str(raised.value) == "No such entity component:default/nope"


def test_ancestors_are_found_through_indexes():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # It scans small tables whatever their indexes, unless scanning is made dear.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {ANCESTRY}", ["component:default/a", 10])
            assert not [row[0] for row in cursor.fetchall() if "Seq Scan" in row[0]]
            return
        cursor.execute(f"EXPLAIN QUERY PLAN {ANCESTRY}", ["component:default/a", 10])
        plan = [row[3] for row in cursor.fetchall()]
    assert [step for step in plan if step.startswith("SCAN")] == ["SCAN ancestry", "SCAN ancestry"]
