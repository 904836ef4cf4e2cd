"""What query strings and bodies mean."""

from datetime import UTC, datetime

import pytest

from common.errors import InputError
from common.notifications import NewNotification
from comms.api.params import parse_choices, parse_filter, parse_new_notification, parse_order, parse_time
from comms.notifications.choices import Choice
from comms.notifications.read import NotificationFilter, Order


def test_reads_every_filter():
    query = {
        "search": "cart",
        "topic": "deploys",
        "read": "false",
        "saved": "true",
        "createdAfter": "2026-01-02T03:04:05.000Z",
        "minimumSeverity": "high",
    }
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert parse_filter(query) == NotificationFilter("cart", "deploys", False, True, moment, "high")
    assert parse_filter({}) == NotificationFilter()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-02", datetime(2026, 1, 2, tzinfo=UTC)),
        ("2026-01-02T03:04:05", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("2026-01-02T03:04:05+02:00", datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)),
    ],
)
def test_reads_times(text, moment):
    assert parse_time(text) == moment


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "0001-01-01T00:00:00+23:00", "\0"])
def test_refuses_what_is_no_time(text):
    with pytest.raises(InputError, match="Unexpected date format"):
        parse_time(text)


def test_reads_orders():
    assert parse_order(["created,desc", "title"]) == (Order("created", True), Order("title", False))


@pytest.mark.parametrize("text", ["user,asc", "created,down", "created,desc,asc", "", "description", "read_at"])
def test_refuses_other_orders(text):
    with pytest.raises(InputError, match="Invalid order field"):
        parse_order([text])


def test_refuses_a_nul_in_a_filter():
    with pytest.raises(InputError, match="NUL"):
        parse_filter({"search": "a\0b"})


def test_reads_a_new_notification():
    body = {
        "recipients": {"type": "entity", "entityRef": ["user:default/alice"], "excludeEntityRef": ["user:default/bob"]},
        "payload": {"title": "Hi", "metadata": {"a": 1}},
    }
    assert parse_new_notification(body, origin="ci") == NewNotification(
        "Hi", "ci", ("user:default/alice",), ("user:default/bob",)
    )
    broadcast = {"recipients": {"type": "broadcast"}, "payload": {"title": "Hi", "severity": "low"}}
    assert parse_new_notification(broadcast, origin="ci") == NewNotification("Hi", "ci", severity="low")


def test_a_topic_of_an_origin_that_is_off_is_off():
    body = {
        "channels": [
            {
                "id": "Web",
                "origins": [
                    {"id": "ci", "enabled": False, "topics": [{"id": "deploys", "enabled": True}]},
                    {"id": "cd", "enabled": True},
                ],
            }
        ]
    }
    assert list(parse_choices(body)) == [
        Choice("Web", "ci", "", False),
        Choice("Web", "ci", "deploys", False),
        Choice("Web", "cd", "", True),
    ]
