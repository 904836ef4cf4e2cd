"""``/entities/by-query``: pages, cursors both ways, totals, text filters."""

import threading

import orjson
import pytest
from django.db import connection

from catalog.queries.cuts import CUTS
from catalog.queries.fields import parse_fields
from catalog.queries.order import OrderField
from catalog.queries.pages import QueryRequest, query_entities
from catalog.queries.predicate import HasValue, parse_filters
from tests.integration.queries_world import delete, make_entity, names, write

pytestmark = pytest.mark.django_db

BY_NAME = (OrderField("metadata.name", "asc"),)


def ask(cursor=None, **request):
    if cursor:
        return query_entities(cursor, **request)
    return query_entities(QueryRequest(**request))


@pytest.fixture
def five():
    write(*(make_entity(name, type="service" if name in "ace" else None) for name in "dbeac"))


def test_a_page_in_order_with_the_total(five):
    page = ask(order=BY_NAME, limit=2)
    assert names(page.bodies) == ["a", "b"]
    assert page.total_items == 5
    assert page.prev_cursor is None


def test_walks_forth_and_back(five):
    first = ask(order=BY_NAME, limit=2)
    second = ask(first.next_cursor, limit=2)
    third = ask(second.next_cursor, limit=2)
    assert [names(page.bodies) for page in (first, second, third)] == [["a", "b"], ["c", "d"], ["e"]]
    assert third.next_cursor is None
    assert third.total_items == 5

    back = ask(third.prev_cursor, limit=2)
    assert names(back.bodies) == ["c", "d"]
    start = ask(back.prev_cursor, limit=2)
    assert names(start.bodies) == ["a", "b"]
    assert start.prev_cursor is None
    assert names(ask(start.next_cursor, limit=2).bodies) == ["c", "d"]


def test_descending_reverses_the_order():
    write(*(make_entity(name, metadata={"uid": f"u-{name}"}, type="same") for name in "abc"))
    page = ask(order=(OrderField("spec.type", "desc"),), limit=2)
    assert names(page.bodies) == ["c", "b"]
    assert names(ask(page.next_cursor).bodies) == ["a"]


def test_without_an_order_pages_go_by_uid():
    write(
        make_entity("a", metadata={"uid": "2"}),
        make_entity("b", metadata={"uid": "1"}),
        make_entity("c", metadata={"uid": "3"}),
    )
    page = ask(limit=2)
    assert names(page.bodies) == ["b", "a"]
    assert names(ask(page.next_cursor).bodies) == ["c"]


def test_entities_without_the_order_field_are_left_out_and_not_counted(five):
    page = ask(order=(OrderField("spec.type"),))
    assert names(page.bodies) == ["a", "c", "e"]
    assert page.total_items == 3


def test_an_entity_comes_once_for_each_value_of_the_order_field_but_counts_once():
    write(make_entity("a", metadata={"tags": ["x", "z"]}), make_entity("b", metadata={"tags": ["y"]}))
    page = ask(order=(OrderField("metadata.tags", "asc"),), limit=2)
    assert names(page.bodies) == ["a", "b"]
    assert page.total_items == 2
    assert names(ask(page.next_cursor).bodies) == ["a"]


def test_only_the_first_order_field_counts(five):
    page = ask(order=(OrderField("metadata.name", "desc"), OrderField("spec.type", "asc")))
    assert names(page.bodies) == ["e", "d", "c", "b", "a"]


def test_offset_skips_rows_of_the_first_page(five):
    page = ask(order=BY_NAME, offset=3, limit=1)
    assert names(page.bodies) == ["d"]
    assert names(ask(page.next_cursor).bodies) == ["e"]


def test_limit_zero_only_counts(five, django_assert_num_queries):
    ask(limit=0)
    with django_assert_num_queries(1):
        page = ask(predicate=parse_filters(["spec.type=service"]), limit=0)
    assert (page.bodies, page.total_items, page.next_cursor, page.prev_cursor) == ([], 3, None, None)


def test_the_total_may_be_left_out(five):
    page = ask(limit=2, total_items=False)
    assert page.total_items == 0
    assert ask(page.next_cursor).total_items == 0


def test_the_default_limit_is_200():
    write(*(make_entity(f"e{number}") for number in range(205)))
    assert len(ask().bodies) == 200
    assert len(ask(ask().next_cursor).bodies) == 5


def test_fields_cut_bodies_down(five):
    page = ask(order=BY_NAME, limit=2, fields=parse_fields(["metadata.name"]))
    assert page.bodies == [b'{"metadata":{"name":"a"}}', b'{"metadata":{"name":"b"}}']
    assert ask(page.next_cursor, limit=1, fields=parse_fields(["kind"])).bodies == [b'{"kind":"Component"}']


def test_bodies_come_out_untouched_in_two_queries(five, django_assert_num_queries):
    entity = make_entity("ünïcode", kind="API", odd={"b": 1, "a": [None, 1.5, "😀"]})
    write(entity)
    ask()
    CUTS.forget()
    with django_assert_num_queries(2):
        assert ask(predicate=parse_filters(["kind=api"])).bodies == [orjson.dumps(entity)]


def test_a_cursor_stays_right_when_entities_come_and_go(five):
    page = ask(order=BY_NAME, limit=2)
    delete("component:default/b", "component:default/c")
    write(make_entity("aa"), make_entity("cc"))
    assert names(ask(page.next_cursor, limit=2).bodies) == ["cc", "d"]


def test_going_back_to_what_is_gone_still_leads_on(five):
    second = ask(ask(order=BY_NAME, limit=2).next_cursor, limit=2)
    delete("component:default/a", "component:default/b")
    empty = ask(second.prev_cursor, limit=2)
    assert (empty.bodies, empty.prev_cursor) == ([], None)
    assert names(ask(empty.next_cursor, limit=2).bodies) == ["c", "d"]


def test_text_is_searched_in_the_order_field_by_default():
    write(make_entity("cart"), make_entity("start"), make_entity("other", title="cart"))
    assert names(ask(order=BY_NAME, full_text_term=" ART ").bodies) == ["cart", "start"]


def test_text_is_searched_in_the_fields_that_are_named():
    write(make_entity("a", metadata={"title": "My Cart"}), make_entity("cart"), make_entity("c"))
    page = ask(order=BY_NAME, full_text_term="cart", full_text_fields=("Metadata.Title", "metadata.name"))
    assert names(page.bodies) == ["a", "cart"]
    assert page.total_items == 2


def test_text_without_order_or_fields_is_searched_in_uids():
    write(make_entity("a", metadata={"uid": "abc-1"}), make_entity("b", metadata={"uid": "xyz-2"}))
    assert names(ask(full_text_term="BC-").bodies) == ["a"]


def test_no_text_fields_find_nothing(five):
    assert ask(full_text_term="a", full_text_fields=()).bodies == []
    assert len(ask(full_text_fields=()).bodies) == 5


def test_text_in_the_order_field_itself_picks_the_rows_that_contain_it():
    write(make_entity("a", metadata={"tags": ["java", "go"]}), make_entity("b", metadata={"tags": ["rust"]}))
    by_tag = (OrderField("metadata.tags", "asc"),)
    assert names(ask(order=by_tag, full_text_term="o").bodies) == ["a"]
    assert names(ask(order=by_tag, full_text_term="o", full_text_fields=("Metadata.tags",)).bodies) == ["a", "a"]


def test_what_is_not_visible_is_neither_shown_nor_counted_and_no_cursor_tells(five):
    visible = HasValue("spec.type", ("service",))
    page = query_entities(QueryRequest(order=BY_NAME, limit=2), visible=visible)
    assert (names(page.bodies), page.total_items) == (["a", "c"], 3)
    assert names(query_entities(page.next_cursor, visible=visible).bodies) == ["e"]
    assert names(query_entities(page.next_cursor).bodies) == ["d", "e"]


@pytest.mark.django_db(transaction=True)
def test_nobody_sees_what_has_just_become_hidden():
    """A writer hides and shows an entity with a secret in turn; the secret is only ever in the hidden version."""
    write(make_entity("x", type="open"))
    seen, stop = [], threading.Event()

    def read():
        try:
            while not stop.is_set():
                page = query_entities(QueryRequest(), visible=HasValue("spec.type", ("open",)))
                seen.extend(orjson.loads(body)["spec"] for body in page.bodies)
        finally:
            connection.close()

    thread = threading.Thread(target=read)
    thread.start()
    for _ in range(15):
        write(make_entity("x", type="closed", secret="s"))
        write(make_entity("x", type="open"))
    stop.set()
    thread.join()

    assert seen
    assert all(spec == {"type": "open"} for spec in seen)
