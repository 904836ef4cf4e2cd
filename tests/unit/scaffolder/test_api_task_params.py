"""The query string of the list of tasks."""

import pytest

from common.errors import InputError
from scaffolder.api.request_check import refuse_deep
from scaffolder.api.task_params import parse_task_query
from scaffolder.tasks.read import TaskQuery


def test_nothing_asked_is_everything():
    assert parse_task_query({}) == TaskQuery()


def test_reads_every_parameter():
    query = {
        "status": ["open", "failed"],
        "createdBy": ["user:default/alice", ""],
        "order": ["asc:created_at", "desc:status"],
        "limit": 5,
        "offset": 2**53 - 1,
    }

    assert parse_task_query(query) == TaskQuery(
        statuses=("open", "failed"),
        created_by=("user:default/alice",),
        order=(("created_at", "asc"), ("status", "desc")),
        limit=5,
        offset=2**31 - 1,
    )


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ("x", 'Invalid order parameter "x", expected "<asc or desc>:<field name>"'),
        ("ASC:status", 'Invalid order parameter "ASC:status", expected "<asc or desc>:<field name>"'),
        ("asc:", 'Invalid order parameter "asc:", expected "<asc or desc>:<field name>"'),
        ("asc:secrets", 'Invalid order field "secrets", expected one of created_at, status, created_by'),
        ("asc:status ", 'Invalid order field "status ", expected one of created_at, status, created_by'),
        ("asc:Status", 'Invalid order field "Status", expected one of created_at, status, created_by'),
        ("asc:spec", 'Invalid order field "spec", expected one of created_at, status, created_by'),
        (
            "asc:secrets__sealed",
            'Invalid order field "secrets__sealed", expected one of created_at, status, created_by',
        ),
    ],
)
def test_orders_by_nothing_that_a_reader_may_not_see(order, message):
    with pytest.raises(InputError) as caught:
        parse_task_query({"order": [order]})

    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["status", "createdBy"])
def test_refuses_a_nul(name):
    with pytest.raises(InputError, match=f"request/query/{name} holds a NUL character"):
        parse_task_query({name: ["a\0b"]})


def nested(depth):
    value = {}
    for _ in range(depth - 1):
        value = {"a": [value]} if depth % 2 else {"a": value}
    return value


def test_a_body_may_be_deep_but_not_bottomless():
    refuse_deep(nested(100))
    with pytest.raises(InputError, match="more than 100 levels deep"):
        refuse_deep(nested(102))
