"""The search shows what the catalog shows, and nothing else: not in counts, pages, marks or spellings either."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from catalog.queries.entities import list_entities
from catalog.queries.predicate import AllOf, AnyOf, HasKey, HasValue, Not
from common.permissions import DENY, set_policy
from common.search_documents import replace_documents
from search.query import Question, search
from search.settings import search_settings
from tests.integration.queries_world import make_entity, names, write
from tests.integration.search_world import SearchWorld, make_page

pytestmark = pytest.mark.django_db

OWNED = HasValue("relations.ownedby", ("group:default/team-a",))


@pytest.fixture
def world(settings, client):
    return SearchWorld(settings, client)


def find(term="", *, visible, **question):
    page = search(Question(term=term, **question), search_settings(), visible=visible)
    return page.total, [hit.document["title"] for hit in page.hits]


def test_a_hidden_entity_is_neither_shown_nor_counted(world):
    write(make_entity("cart-a"), make_entity("cart-b", owner="group:default/team-b"))

    assert find("cart", visible=None) == (2, ["cart-a", "cart-b"])
    assert find("cart", visible=OWNED) == (1, ["cart-a"])
    assert find(visible=OWNED) == (1, ["cart-a"])
    assert find("cart", visible=OWNED, size=0) == (1, [])
    assert find("cart-b", visible=OWNED) == (0, [])


def test_nor_are_its_documents(world):
    write(make_entity("cart"), make_entity("order", owner="group:default/team-b"))
    pages = [make_page("one"), make_page("two", entity_ref="component:default/order")]
    replace_documents("techdocs", "x", pages)

    assert find(visible=OWNED, types=frozenset({"techdocs"})) == (1, ["one"])


def test_a_hidden_word_does_not_keep_a_misspelt_one_from_being_found(world):
    """Otherwise who may not see it learns that it is there: because nothing is found, or because another word is."""
    write(make_entity("payment"))
    before = find("paymnt", visible=OWNED)

    write(make_entity("paymnt", owner="group:default/team-b"), make_entity("paymant", owner="group:default/team-b"))

    assert find("paymnt", visible=OWNED) == before == (1, ["payment"])


def test_what_was_hidden_by_a_change_is_not_found_any_more(world):
    write(make_entity("cart"))
    assert find("cart", visible=OWNED) == (1, ["cart"])

    write(make_entity("cart", owner="group:default/team-b"))

    assert find("cart", visible=OWNED) == (0, [])


def test_nobody_finds_anything_whom_the_policy_denies_it(world):
    class Denying:
        def decide(self, identity, permission):
            return DENY

    write(make_entity("cart"))
    replace_documents("techdocs", "x", [make_page("one")])
    set_policy(Denying())
    try:
        assert world.ask("cart") == {"numberOfResults": 0, "results": []}
        assert world.ask() == {"numberOfResults": 0, "results": []}
    finally:
        from common.permissions import AllowAll

        set_policy(AllowAll())


@pytest.mark.django_db(transaction=True)
def test_nobody_is_shown_what_becomes_hidden_while_he_looks(settings, client):
    SearchWorld(settings, client)
    owners = ["team-a", "team-b"] * 15
    write(*(rewritten(number, "team-a") for number in range(4)))
    seen = set()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write_all, owners)
        while not writing.done():
            page = search(Question(term="cart"), search_settings(), visible=OWNED)
            seen.update(hit.document["text"] for hit in page.hits)
        writing.result()

    assert seen <= {"belongs to team-a"}
    assert find("cart", visible=OWNED) == (0, [])


def write_all(owners):
    try:
        for owner in owners:
            write(*(rewritten(number, owner) for number in range(4)))
    finally:
        connection.close()


def rewritten(number, owner):
    description = {"description": f"belongs to {owner}"}
    return make_entity(f"cart-{number}", owner=f"group:default/{owner}", metadata=description)


keys = st.sampled_from(["spec.type", "kind", "metadata.name", "relations.ownedby"])
values = st.sampled_from(["service", "website", "component", "api", "cart-0", "group:default/team-a", "none"])
leaves = st.one_of(st.builds(HasValue, keys, values.map(lambda value: (value,))), st.builds(HasKey, keys))
predicates = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)


@hypothesis_settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(visible=predicates, term=st.sampled_from(["", "cart", "crat", "ca", "order 1", "service"]))
def test_it_agrees_with_the_catalog_on_what_may_be_seen(world, visible, term):
    write_world()

    seen = set(names(list_entities(None, visible=visible).bodies))
    everything = find(term, visible=None, size=100)[1]
    total, found = find(term, visible=visible, size=100)

    assert total == len(found)
    assert set(found) <= seen
    if set(everything) & seen:
        assert set(found) == set(everything) & seen


def write_world():
    write(
        *(
            make_entity(
                f"{word}-{number}",
                kind="API" if number == 2 else "Component",
                owner=f"group:default/team-{'ab'[number % 2]}",
                type="service" if number else "website",
            )
            for word in ("cart", "order", "crate")
            for number in range(3)
        )
    )
