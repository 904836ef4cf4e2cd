"""Sets of entities that other apps name."""

from __future__ import annotations

import pytest
from pyroaring import BitMap

from catalog.index.index import CatalogIndex, IndexedEntity
from catalog.queries import named_sets
from catalog.queries.evaluate import evaluate_all
from catalog.queries.predicate import AnyOf, HasValue, Not, parse_filters, parse_predicate, predicate_to_json


@pytest.fixture
def index():
    index = CatalogIndex()
    index.load(
        IndexedEntity(number, f"component:default/c{number}", f"u{number}", 1, {"n": str(number)})
        for number in range(5)
    )
    return index


@pytest.fixture
def asked(monkeypatch):
    """What the set ``callboard:some`` was asked; it holds the entities whose numbers are asked for, and always 4."""
    questions = []

    def find(index, values, seen):
        questions.append((list(values), None if seen is None else list(seen)))
        return BitMap([4, *map(int, values)])

    monkeypatch.setattr(named_sets, "_sets", {})
    named_sets.add_named_set("callboard:some", find)
    return questions


def test_filters_and_predicates_ask_the_set(index, asked):
    by_filter = parse_filters(["callboard:Some=1,n=1", "callboard:some=2"])
    by_json = parse_predicate({"$not": {"callboard:some": {"$in": ["0", "1"]}}})

    assert list(evaluate_all(index, by_filter)) == [1, 2, 4]
    assert list(evaluate_all(index, by_json)) == [2, 3]
    assert parse_predicate(predicate_to_json(by_json)) == by_json
    assert asked == [(["1"], None), (["2"], None), (["0", "1"], None)]


def test_the_set_is_told_what_the_asker_may_see_and_cannot_give_more(index, asked):
    visible = AnyOf((HasValue("n", ("1",)), HasValue("n", ("2",))))

    assert list(evaluate_all(index, HasValue("callboard:some", ("1",)), visible)) == [1]
    assert list(evaluate_all(index, Not(HasValue("callboard:some", ("1",))), visible)) == [2]
    assert asked == [(["1"], [1, 2])] * 2


def test_an_unknown_set_is_empty(index, asked):
    assert list(evaluate_all(index, HasValue("callboard:other", ("1",)))) == []


@pytest.mark.parametrize("key", ["some", "callboard:Some"])
def test_names_begin_with_the_prefix_in_lower_case(key):
    with pytest.raises(ValueError, match=f"'{key}' does not begin with 'callboard:', or is not in lower case"):
        named_sets.add_named_set(key, lambda index, values, seen: BitMap())
