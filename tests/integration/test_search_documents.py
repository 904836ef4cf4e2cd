"""Documents that other packages put into the search."""

import pytest

from common.errors import InputError
from common.search_documents import SearchDocument, replace_documents
from search.models import StoredDocument
from tests.integration.queries_world import delete, make_entity, write
from tests.integration.search_world import SearchWorld, make_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, client):
    world = SearchWorld(settings, client)
    write(make_entity("cart"), make_entity("order"))
    return world


def test_they_are_found_and_shown_as_they_were_put_in(world):
    page = make_page("Runbook", "How to restart", kind="component", name="cart", path="run/", annotations={"a": "b"})
    replace_documents("techdocs", "component:default/cart", [page])

    answer = world.ask("restart", **{"types[0]": "techdocs"})

    assert answer["numberOfResults"] == 1
    result = answer["results"][0]
    assert (result["type"], result["rank"]) == ("techdocs", 1)
    assert result["document"] == {
        "kind": "component",
        "name": "cart",
        "path": "run/",
        "annotations": {"a": "b"},
        "title": "Runbook",
        "text": "How to restart",
        "location": "/docs/Runbook",
    }
    assert result["highlight"]["fields"]["path"] == "run/"


def test_they_are_ranked_together_with_entities(world):
    replace_documents("techdocs", "x", [make_page("About", "of the cart"), make_page("cart")])

    answer = world.ask("cart")

    hits = [(result["type"], result["document"]["title"], result["rank"]) for result in answer["results"]]
    assert hits == [("software-catalog", "cart", 1), ("techdocs", "cart", 2), ("techdocs", "About", 3)]
    assert world.find("cart", **{"types[0]": "software-catalog"}) == ["cart"]


def test_they_are_filtered_by_their_fields(world):
    replace_documents("techdocs", "x", [make_page("one", name="cart", lang="en"), make_page("two", name="order")])

    assert world.find(**{"filters[name]": "cart"}) == ["one"]
    assert world.find("two", **{"filters[name]": "cart"}) == []


def test_a_scope_is_replaced_as_a_whole(world):
    replace_documents("techdocs", "a", [make_page("one"), make_page("two")])
    replace_documents("techdocs", "b", [make_page("three")])
    only_documentation = {"types[]": "techdocs"}
    assert world.find(**only_documentation) == ["one", "three", "two"]

    replace_documents("techdocs", "a", [make_page("four")])
    assert world.find(**only_documentation) == ["four", "three"]

    replace_documents("techdocs", "b", [])
    assert world.find(**only_documentation) == ["four"]
    assert StoredDocument.objects.count() == 1


def test_a_type_is_known_once_it_has_had_documents(world):
    assert world.get(**{"types[0]": "adr"}).status_code == 400
    assert world.ask(**{"types[0]": "techdocs"}) == {"numberOfResults": 0, "results": []}

    replace_documents("adr", "x", [make_page("decision")])

    assert world.find(**{"types[0]": "adr"}) == ["decision"]


def test_nobody_finds_what_belongs_to_an_entity_that_is_not_there(world):
    replace_documents("techdocs", "x", [make_page("one"), make_page("two", entity_ref="component:default/none")])
    assert world.find(**{"types[0]": "techdocs"}) == ["one"]

    delete("component:default/cart")

    assert world.find(**{"types[0]": "techdocs"}) == []


def test_what_cannot_be_shown_is_refused_or_cut(world):
    with pytest.raises(InputError, match=r"^A document's location must be a path or an http"):
        replace_documents("techdocs", "x", [SearchDocument("a", "b", "javascript:alert(1)", "component:default/cart")])
    with pytest.raises(InputError, match=r"^Documents of type 'software-catalog' are made of the catalog's entities"):
        replace_documents("software-catalog", "x", [])
    with pytest.raises(InputError, match=r"^Too many documents in 'x': 10001, at most 10000 are allowed$"):
        replace_documents("techdocs", "x", [make_page("a")] * 10_001)

    replace_documents("techdocs", "x", [make_page("a\0b" + "t" * 2000, "word " * 20_000 + "\ud800")])

    document = world.ask(**{"types[0]": "techdocs"})["results"][0]["document"]
    assert (len(document["title"]), len(document["text"])) == (999, 50_000)


def test_reads_nothing_anew_where_nothing_was_replaced(world, django_assert_num_queries):
    replace_documents("techdocs", "x", [make_page("one")])
    world.ask("one")

    # The newest scope, twice; the newest change; the documents of the page.
    with django_assert_num_queries(4):
        world.ask("one")
