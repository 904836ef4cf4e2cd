"""The in-memory index, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from catalog.index.index import BY_REF, BY_UID, MAX_EDITS, MAX_ORDERS, CatalogIndex, IndexedEntity
from catalog.index.sort_order import SortOrder
from catalog.index.text_search import contain_term
from tests.unit.catalog.naive_catalog import like


def indexed(number, change_id=1, uid=None, **terms):
    keyed = {key.replace("__", "."): value for key, value in terms.items()}
    return IndexedEntity(number, f"component:default/e{number}", uid or f"uid-{number:03}", change_id, keyed)


def index_of(*entities):
    index = CatalogIndex()
    index.load(entities)
    return index


def ranked(order):
    return list(zip(order.values, order.numbers, strict=True))


@pytest.fixture
def index():
    return index_of(
        indexed(1, kind="Component", tags=["java", "go"], owner="team-a"),
        indexed(2, kind="component", tags="java", owner=None),
        indexed(3, kind="API", owner=["team-b", None]),
    )


def test_finds_entities_by_lower_cased_value_whatever_their_spelling(index):
    assert index.matching("kind", ["component"]) == BitMap([1, 2])
    assert index.matching("kind", ["component", "api"]) == BitMap([1, 2, 3])
    assert index.matching("nope", ["x"]) == BitMap()
    assert index.matching("kind", []) == BitMap()


def test_a_key_is_there_even_if_its_value_is_null(index):
    assert index.having("owner") == BitMap([1, 2, 3])
    assert index.valued("owner") == BitMap([1, 3])
    assert index.having("tags") == BitMap([1, 2])
    assert index.having("nope") == BitMap()


def test_counts_values_as_they_were_written(index):
    assert index.count_values("kind", None) == [("API", 1), ("Component", 1), ("component", 1)]
    assert index.count_values("tags", BitMap([2, 3])) == [("java", 1)]
    assert index.count_values("owner", BitMap([2])) == []


def test_orders_rows_by_value_then_uid(index):
    assert ranked(index.order_by("kind")) == [("api", 3), ("component", 1), ("component", 2)]
    assert ranked(index.order_by("tags")) == [("go", 1), ("java", 1), ("java", 2)]
    assert ranked(index.order_by(BY_UID)) == [("uid-001", 1), ("uid-002", 2), ("uid-003", 3)]
    assert index.order_by(BY_REF).values == ["component:default/e1", "component:default/e2", "component:default/e3"]


def test_finds_prefixes(index):
    assert index.with_prefix("kind", "comp") == BitMap([1, 2])
    assert index.with_prefix("kind", "") == BitMap([1, 2, 3])
    assert index.with_prefix("owner", "team-b") == BitMap([3])
    assert index.with_prefix("owner", "team-c") == BitMap()


@pytest.mark.parametrize("prefix", ["\U0010ffff", "a\U0010ffff", "\ud7ff"])
def test_prefixes_may_end_with_the_last_characters(prefix):
    index = index_of(indexed(1, x=prefix), indexed(2, x=prefix + "b"), indexed(3, x="a"), indexed(4, x="\ue000"))
    assert index.with_prefix("x", prefix) == BitMap([1, 2])


def test_a_changed_entity_loses_its_old_terms(index):
    index.apply([indexed(1, change_id=7, kind="API", tags=["go"])], [])

    assert index.matching("kind", ["component"]) == BitMap([2])
    assert index.matching("kind", ["api"]) == BitMap([1, 3])
    assert index.having("owner") == BitMap([2, 3])
    assert index.count_values("kind", None) == [("API", 2), ("component", 1)]
    assert index.change_of == {1: 7, 2: 1, 3: 1}


def test_a_deleted_entity_is_in_nothing_any_more(index):
    index.apply([], [1, 99])

    assert index.numbers == BitMap([2, 3])
    assert index.having("tags") == BitMap([2])
    assert index.matching("tags", ["go"]) == BitMap()
    assert 1 not in index.uid_of
    assert ranked(index.order_by("tags")) == [("java", 2)]


def test_a_value_may_change_its_spelling(index):
    index.order_by("kind")
    index.apply([indexed(2, kind="COMPONENT")], [])

    assert index.matching("kind", ["component"]) == BitMap([1, 2])
    assert index.count_values("kind", None) == [("API", 1), ("COMPONENT", 1), ("Component", 1)]
    assert ranked(index.order_by("kind")) == [("api", 3), ("component", 1), ("component", 2)]


def test_ready_orders_follow_small_changes(index):
    order = index.order_by("tags")
    index.apply([indexed(4, tags=["ada", "java"]), indexed(1, tags=["java", "zig"])], [2])

    assert index.order_by("tags") is order
    assert ranked(order) == [("ada", 4), ("java", 1), ("java", 4), ("zig", 1)]
    assert order.members == BitMap([1, 4])


def test_large_changes_make_ready_orders_anew():
    index = index_of(indexed(1, name="a"))
    order = index.order_by("name")
    index.apply([indexed(number, name=f"n{number}") for number in range(2, MAX_EDITS + 10)], [])

    assert index.order_by("name") is not order
    assert len(index.order_by("name")) == MAX_EDITS + 9


def test_only_so_many_orders_are_kept(index):
    kept = index.order_by("kind")
    for number in range(MAX_ORDERS):
        index.order_by(f"key-{number}")
        assert index.order_by("kind") is kept
    assert len(index._orders) == MAX_ORDERS


def test_ties_are_broken_by_uid_not_by_number():
    index = index_of(indexed(1, uid="z", kind="x"), indexed(2, uid="a", kind="x"), indexed(3, uid="m", kind="x"))
    assert list(index.order_by("kind").numbers) == [2, 3, 1]
    assert index.order_by("kind").rank_of("x", "m") == 1
    assert index.order_by("kind").rank_of("x", "n") == 2


def test_walks_a_long_order_from_any_rank_both_ways():
    count = 10_000
    order = SortOrder({f"{number:05}": [number] for number in range(count)}, dict.fromkeys(range(count), "u"))
    wanted = BitMap(range(0, count, 7))

    assert list(order.ranks_within(wanted, 5000, 9000)) == [rank for rank in range(5000, 9000) if rank % 7 == 0]
    backwards = list(order.ranks_within(wanted, 1, 9000, backwards=True))
    assert backwards == [rank for rank in range(8999, 0, -1) if rank % 7 == 0]


TERMS = st.dictionaries(
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["X", "x", "Y", None, ["X", "y"], ["y", None], ["x", "Z", "y"]]),
)
STEPS = st.lists(st.tuples(st.integers(1, 6), st.one_of(st.none(), TERMS)), max_size=40)


@given(st.dictionaries(st.integers(1, 6), TERMS), STEPS, st.booleans())
def test_an_index_that_followed_is_the_same_as_one_made_anew(start, steps, has_orders):
    index = index_of(*(indexed(number, **terms) for number, terms in start.items()))
    known = dict(start)
    for number, terms in steps:
        if has_orders:
            index.order_by("a")
            index.order_by(BY_UID)
        if terms is None:
            known.pop(number, None)
            index.apply([], [number])
        else:
            known[number] = terms
            index.apply([indexed(number, **terms)], [])
    fresh = index_of(*(indexed(number, **terms) for number, terms in known.items()))

    assert summary(index) == summary(fresh)


def summary(index):
    keys = ["a", "b", "c"]
    return {
        "numbers": list(index.numbers),
        "having": [list(index.having(key)) for key in keys],
        "matching": [list(index.matching(key, [value])) for key in keys for value in "xyz"],
        "counts": [index.count_values(key, None) for key in keys],
        "orders": [ranked(index.order_by(key)) for key in (*keys, BY_UID, BY_REF)],
        "members": [list(index.valued(key)) for key in keys],
        "values": [sorted(index.values_of(number, key)) for number in index.numbers for key in keys],
    }


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("art", ["cart", "c_rt art", "art%"]),
        ("c_rt", ["cart", "c_rt art"]),
        ("c\\_rt", ["c_rt art"]),
        ("c%a", ["cart", "c_rt art"]),
        ("%", ["cart", "c_rt art", "art%", "line\nbreak", ""]),
        ("t\\%", ["art%"]),
        ("e_b", ["line\nbreak"]),
        ("\\", []),
    ],
)
def test_text_search_reads_terms_as_sql_does(term, expected):
    values = ["cart", "c_rt art", "art%", "line\nbreak", ""]
    assert [value for value, found in zip(values, contain_term(values, term), strict=True) if found] == expected


@given(st.text("ab%_\\", max_size=8), st.text("ab%_\\", max_size=8))
def test_text_search_agrees_with_trying_every_way(value, term):
    if not term.endswith("\\"):
        assert list(contain_term([value], term)) == [like(value, term)]
