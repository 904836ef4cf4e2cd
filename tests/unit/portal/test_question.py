"""From an address to a question about the catalog, and back."""

import pytest

from catalog.queries.order import OrderField
from catalog.queries.predicate import AllOf, HasValue
from portal.question import MAX_PARAMETER, Question, read_question


def test_an_empty_address_asks_for_everything_by_name():
    assert read_question({}) == Question("", "", {}, "name")
    assert Question("").predicate() is None


def test_kind_and_filters_become_a_predicate_in_lower_case():
    question = read_question({"kind": "Component", "owner": "group:default/Team-A", "tag": "", "q": " cart "})
    assert question == Question("component", "cart", {"owner": "group:default/Team-A"}, "name")
    assert question.predicate() == AllOf(
        (HasValue("kind", ("component",)), HasValue("relations.ownedby", ("group:default/team-a",)))
    )
    assert question.predicate(without="owner") == AllOf((HasValue("kind", ("component",)),))


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("type", OrderField("spec.type", "asc")),
        ("-lifecycle", OrderField("spec.lifecycle", "desc")),
        ("tag", OrderField("metadata.name", "asc")),
        ("--name", OrderField("metadata.name", "asc")),
        ("metadata.uid", OrderField("metadata.name", "asc")),
    ],
)
def test_only_known_columns_sort(sort, order):
    assert read_question({"sort": sort}).order == order


def test_an_address_is_written_as_it_is_read():
    question = Question("api", "a&b=c", {"owner": "group:default/x", "tag": "é"}, "-type")
    url = question.url()
    assert url == "/?kind=api&q=a%26b%3Dc&owner=group%3Adefault%2Fx&tag=%C3%A9&sort=-type"
    assert question.url("next page") == f"{url}&cursor=next+page"


def test_links_change_one_thing():
    question = Question("api", "cart", {"tag": "rest"}, "type")
    assert question.with_filter("type", "grpc").filters == {"tag": "rest", "type": "grpc"}
    assert question.with_filter("tag", "").filters == {}
    assert question.with_sort("type").sort == "-type"
    assert question.with_sort("name").sort == "name"
    assert question.without_text() == Question("api", "", {"tag": "rest"}, "type")
    assert question.with_kind("user") == Question("user", "cart")


def test_long_parameters_are_cut():
    assert len(read_question({"q": "x" * 10_000}).text) == MAX_PARAMETER
