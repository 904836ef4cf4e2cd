"""What stands around the rows of the table."""

from portal.choices import Choice, FilterChoices
from portal.question import FILTERS, Question
from portal.table import Active, Column, list_active, list_columns, list_orders

OWNER, TYPE, LIFECYCLE, TAG = FILTERS


def choices(item, *values, chosen=""):
    return FilterChoices(item, [Choice(value, value, 1, value == chosen) for value in values], 0)


def test_columns_sort_one_way_and_then_the_other():
    question = Question("component", sort="type")
    assert list_columns(question, [choices(TYPE, "service"), choices(TAG, "go")]) == [
        Column("name", "Name", "/?kind=component", ""),
        Column("type", "Type", "/?kind=component&sort=-type", "ascending"),
        Column("tag", "Tags", "", ""),
    ]


def test_all_kinds_together_have_a_column_for_the_kind():
    assert [column.name for column in list_columns(Question("all"), [])] == ["name", "kind"]


def test_orders_are_those_of_the_columns():
    assert list_orders(Question("user", sort="-name"), [choices(TAG, "go")]) == [
        ("name", "Name", False),
        ("-name", "Name, backwards", True),
    ]


def test_each_filter_in_use_can_be_taken_away():
    question = Question("component", "cart", {"type": "service"})
    assert list_active(question, [choices(TYPE, "service", "website", chosen="service")]) == [
        Active("Search", "cart", "/?kind=component&type=service"),
        Active("Type", "service", "/?kind=component&q=cart"),
    ]
