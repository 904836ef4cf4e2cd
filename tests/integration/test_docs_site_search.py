"""Published documentation is found by the search."""

import json
import shutil

import pytest

from common.search_documents import set_search_index
from docs_site.index_sites import index_changed_sites
from docs_site.stores import docs_store
from search.replace import replace_documents
from tests.integration.docs_world import configure, document, fill_site, publish
from tests.integration.queries_world import make_entity, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def found():
    """What was put into the search, by scope."""
    kept = {}

    def keep(document_type, scope, documents):
        assert document_type == "techdocs"
        kept[scope] = list(documents)

    set_search_index(keep)
    yield kept
    set_search_index(replace_documents)


@pytest.fixture
def root(tmp_path, settings):
    configure(settings, tmp_path / "published")
    document(title="The cart", etag="1")
    return tmp_path / "published"


def site(folder, *docs):
    return fill_site(folder, {"index.html": "x", "search/search_index.json": json.dumps({"docs": docs})})


def test_each_page_is_a_document_of_its_entity(root, tmp_path, found):
    publish(root, site(tmp_path / "site", {"title": "Pay &amp; go", "text": "a &lt; b", "location": "guide/#pay"}))
    assert index_changed_sites(docs_store()) == 1
    (only,) = found["component:default/cart"]
    assert (only.title, only.text, only.location) == ("Pay & go", "a < b", "/docs/default/component/cart/guide/#pay")
    assert only.entity_ref == "component:default/cart"
    assert only.fields == {
        "namespace": "default",
        "kind": "component",
        "name": "cart",
        "entityTitle": "The cart",
        "componentType": "service",
        "lifecycle": "production",
        "owner": "team-a",
        "path": "guide/#pay",
    }


def test_what_has_not_changed_is_not_read_again(root, tmp_path, found):
    publish(root, site(tmp_path / "one", {"title": "one", "text": "", "location": ""}))
    assert [index_changed_sites(docs_store()) for _ in range(2)] == [1, 0]
    publish(root, site(tmp_path / "two", {"title": "two", "text": "", "location": ""}))
    assert [index_changed_sites(docs_store()) for _ in range(2)] == [1, 0]
    assert [each.title for each in found["component:default/cart"]] == ["two"]
    document(title="The new cart", etag="2")
    assert index_changed_sites(docs_store()) == 1
    assert found["component:default/cart"][0].fields["entityTitle"] == "The new cart"


def test_what_is_gone_is_found_no_more(root, tmp_path, found):
    write(make_entity("other", metadata={"etag": "1"}))
    for name in ("cart", "other"):
        publish(root, site(tmp_path / name, {"title": name, "text": "", "location": ""}), name=name)
    assert index_changed_sites(docs_store()) == 2
    shutil.rmtree(root / "default" / "component" / "other")
    assert index_changed_sites(docs_store()) == 1
    assert (len(found["component:default/cart"]), found["component:default/other"]) == (1, [])


def test_documentation_of_nothing_is_not_searched(root, tmp_path, found):
    publish(root, site(tmp_path / "site", {"title": "x", "text": "", "location": ""}), name="unknown")
    assert index_changed_sites(docs_store()) == 0
    assert found == {}


@pytest.mark.parametrize("location", ["../../other", "a/../../b", "x\\y", "a\nb", "x" * 2000, "./x"])
def test_no_hit_leads_to_another_page_of_the_app(root, tmp_path, found, location):
    publish(root, site(tmp_path / "site", {"title": "x", "text": "y", "location": location}))
    index_changed_sites(docs_store())
    assert found["component:default/cart"] == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", "null", '{"docs": 1}', '{"docs": [1, {"title": 1}, {"title": null}]}', "{"]
)
def test_what_is_no_index_is_no_documents(root, tmp_path, found, text):
    publish(root, fill_site(tmp_path / "site", {"index.html": "x", "search/search_index.json": text}))
    assert [index_changed_sites(docs_store()) for _ in range(2)] == [1, 0]
    assert found["component:default/cart"] == []


def test_the_search_page_finds_it(root, tmp_path, client):
    publish(root, site(tmp_path / "site", {"title": "Paying", "text": "with a card", "location": "pay/"}))
    index_changed_sites(docs_store())
    answer = client.get("/api/search/query", {"term": "card", "types[0]": "techdocs"})
    assert answer.status_code == 200
    assert [hit["document"]["location"] for hit in answer.json()["results"]] == ["/docs/default/component/cart/pay/"]
