"""Whatever is asked, the index answers as a look at every entity would."""

import random
from collections import Counter

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog.entity_ref import entity_ref_of
from catalog.index.terms import build_terms
from catalog.queries.entities import list_entities
from catalog.queries.facets import count_facets
from catalog.queries.order import OrderField
from catalog.queries.pages import QueryRequest, query_entities
from catalog.queries.predicate import AllOf, AnyOf, HasKey, HasPrefix, HasValue, Not, parse_predicate, predicate_to_json
from catalog.queries.refs import get_by_refs
from tests.integration.queries_world import make_entity, write
from tests.unit.catalog import naive_catalog as naive

KEYS = [
    "kind",
    "metadata.name",
    "metadata.tags",
    "metadata.title",
    "spec.type",
    "spec.n",
    "spec.l",
    "relations.ownedby",
    "nope",
]
VALUES = ["component", "api", "e1", "java", "go", "service", "true", "1", "2.5", "", "group:default/team-b", "x y", "ä"]
TERMS = ["e", "1", "a", "e_1", "%o", "group", "", " ", "ä", "nope"]


def make_catalog():
    rng = random.Random(5)
    pick = rng.choice
    return [
        make_entity(
            f"{pick(['e', 'E', 'x-', 'ä'])}{number}",
            kind=pick(["Component", "API"]),
            owner=pick(["group:default/team-a", "group:default/team-b", ""]),
            metadata={"uid": f"{rng.randrange(10**6):06}-{number}", "title": pick([None, "Java", "java", "x y"])}
            | pick([{}, {"tags": []}, {"tags": ["java"]}, {"tags": ["Go", "java"]}, {"tags": "go"}]),
            type=pick(["service", "Service", "library", True, 1, 2.5, "", None, "v" * 201]),
            **pick(
                [{}, {"n": {"deep": [1, {"er": "x"}]}}, {"n": [None, "a", "A"], "l": [["b"], "a"]}, {"l": {"é": "É"}}]
            ),
        )
        for number in range(45)
    ]


CATALOG = make_catalog()

leaves = st.one_of(
    st.builds(HasKey, st.sampled_from(KEYS)),
    st.builds(HasPrefix, st.sampled_from(KEYS), st.sampled_from([*VALUES, "g", "s"])),
    st.builds(HasValue, st.sampled_from(KEYS), st.lists(st.sampled_from(VALUES), max_size=3).map(tuple)),
)
predicates = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
orders = st.one_of(
    st.just(()),
    st.builds(OrderField, st.sampled_from(KEYS), st.sampled_from(["asc", "desc"])).map(lambda field: (field,)),
)
quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def catalog(db):
    write(*CATALOG)


def matching(*predicates):
    return [entity for entity in CATALOG if all(naive.matches(predicate, entity) for predicate in predicates)]


def refs_of(bodies):
    return [entity_ref_of(orjson.loads(body)) for body in bodies]


def walk(request):
    """All pages forth, then all pages back from the last."""
    pages = [query_entities(request)]
    while cursor := pages[-1].next_cursor:
        pages.append(query_entities(cursor, limit=request.limit))
    back = [pages[-1]]
    while cursor := back[-1].prev_cursor:
        back.append(query_entities(cursor, limit=request.limit))
    return pages, back


def expected_rows(predicate, visible, order, term, fields):
    key = order[0].field if order else None
    term = term.strip()
    found = matching(predicate, visible)
    if term:
        searched = [field.lower() for field in fields] if fields is not None else [key or "metadata.uid"]
        found = [
            entity
            for entity in found
            if any(naive.like(value, term) for name in searched for value in naive.values_of(entity, name))
        ]
    rows = naive.sort_rows(found, key)
    total = len({id(entity) for _, _, entity in rows})
    if term and key and (fields is None or fields == (key,)):
        rows = [row for row in rows if naive.like(row[0], term)]
    if order and order[0].order == "desc":
        rows.reverse()
    return [entity_ref_of(entity) for _, _, entity in rows], total


text_fields = st.one_of(st.none(), st.lists(st.sampled_from([*KEYS, "Metadata.Name"]), max_size=2).map(tuple))


@pytest.mark.usefixtures("catalog")
@quick
@given(st.none() | predicates, st.none() | leaves, orders, st.sampled_from(TERMS), text_fields, st.integers(1, 50))
@example(None, None, (OrderField("metadata.tags", "desc"),), "o", None, 1)
@example(None, None, (), "", None, 7)
def test_page_walks(predicate, visible, order, term, fields, limit):
    both = predicate if visible is None else AllOf(tuple(part for part in (predicate, visible) if part is not None))
    request = QueryRequest(both, order, limit, full_text_term=term, full_text_fields=fields)
    pages, back = walk(request)
    rows, total = expected_rows(predicate, visible, order, term, fields)

    assert [ref for page in pages for ref in refs_of(page.bodies)] == rows
    assert {page.total_items for page in pages} == {total}
    assert all(len(page.bodies) == limit for page in pages[:-1])
    assert [refs_of(page.bodies) for page in back[1:]] == [refs_of(page.bodies) for page in reversed(pages[:-1])]


@pytest.mark.usefixtures("catalog")
@quick
@given(st.none() | predicates, orders, st.integers(0, 50), st.integers(1, 50))
def test_lists(predicate, order, offset, limit):
    found = matching(predicate)
    if order:
        rows = [entity for _, _, entity in naive.sort_rows(found, order[0].field)]
        rows = rows[::-1] if order[0].order == "desc" else rows
        lacking = [entity for _, _, entity in naive.sort_rows(found, None) if entity not in rows]
    else:
        rows, lacking = sorted(found, key=entity_ref_of), []
    paged = [entity_ref_of(entity) for entity in [*rows, *lacking]]

    assert refs_of(list_entities(predicate, order=order).bodies) == [entity_ref_of(entity) for entity in rows]
    page = list_entities(predicate, order=order, offset=offset, limit=limit)
    assert refs_of(page.bodies) == paged[offset : offset + limit]
    assert (page.next_cursor is not None) == (len(paged) > offset + limit)


@pytest.mark.usefixtures("catalog")
@quick
@given(st.none() | predicates, st.lists(st.sampled_from([*KEYS, "Kind"]), min_size=1, max_size=3))
def test_facets(predicate, facets):
    expected = {
        facet: Counter(
            spelling
            for entity in matching(predicate)
            for key, spelling in build_terms(entity)
            if key == facet.lower() and spelling is not None
        )
        for facet in facets
    }
    assert count_facets(facets, predicate=predicate) == {
        facet: sorted(found.items()) for facet, found in expected.items()
    }


@pytest.mark.usefixtures("catalog")
@quick
@given(predicates, st.lists(st.sampled_from([*map(entity_ref_of, CATALOG), "component:default/nope"]), max_size=5))
def test_batches(predicate, refs):
    expected = {entity_ref_of(entity) for entity in matching(predicate)}
    found = get_by_refs(refs, predicate=parse_predicate(predicate_to_json(predicate)))
    assert [body and entity_ref_of(orjson.loads(body)) for body in found] == [
        ref if ref in expected else None for ref in refs
    ]


@pytest.mark.parametrize("entity", CATALOG, ids=entity_ref_of)
def test_terms_are_what_a_look_at_the_entity_finds(entity):
    built = sorted(((key, value and value.lower()) for key, value in build_terms(entity)), key=str)
    assert built == naive.rows_of(entity)
