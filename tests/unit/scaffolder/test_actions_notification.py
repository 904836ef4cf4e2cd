"""What somebody should be told is handed to whoever delivers it."""

import pytest

from common.errors import InputError, NotAllowedError, ServiceUnavailableError
from common.identity import Identity, Restriction
from common.notifications import NewNotification, send_notification
from scaffolder.actions.notification import ACTIONS
from tests.unit.scaffolder.action_world import run_action

(SEND,) = ACTIONS


@pytest.fixture
def delivered(monkeypatch):
    """The notifications that were delivered; they come back with a number as their id."""
    notifications = []

    def deliver(new):
        notifications.append(new)
        return [{"id": len(notifications)}]

    monkeypatch.setattr("common.notifications._notifier", deliver)
    return notifications


def test_tells_everybody(delivered):
    given = {"recipients": "broadcast", "title": "Hello", "info": "A new service", "severity": "low", "link": "/x"}
    ran = run_action(SEND, given)

    assert delivered == [
        NewNotification("Hello", "plugin:scaffolder", description="A new service", severity="low", link="/x")
    ]
    assert ran.outputs == {"notifications": [{"id": 1}]}
    assert ran.log.lines == [("info", "Sending notification to broadcast")]


def test_tells_the_owners_of_entities(delivered):
    given = {"recipients": "entity", "entityRefs": ["group:default/team-a"], "title": "Hello", "scope": "cart"}
    run_action(SEND, given)

    assert delivered == [NewNotification("Hello", "plugin:scaffolder", ("group:default/team-a",), scope="cart")]


def test_tells_it_once_however_often_it_is_tried(delivered):
    given, checkpoints = {"recipients": "broadcast", "title": "Hello"}, {}
    first = run_action(SEND, given, checkpoints=checkpoints)
    again = run_action(SEND, given, checkpoints=checkpoints)

    assert len(delivered) == 1
    assert first.outputs == again.outputs


def test_entities_must_be_named_unless_the_notification_is_optional(delivered):
    with pytest.raises(InputError, match="Entity references must be provided"):
        run_action(SEND, {"recipients": "entity", "title": "Hello"})
    ran = run_action(SEND, {"recipients": "entity", "title": "Hello", "optional": True})

    assert (ran.outputs, delivered) == ({}, [])
    assert ran.log.lines[-1][0] == "error"


def test_says_so_where_nobody_delivers(monkeypatch):
    monkeypatch.setattr("common.notifications._notifier", None)
    with pytest.raises(ServiceUnavailableError, match="Nothing delivers notifications"):
        send_notification(NewNotification("Hello", "test"))


def test_a_token_for_other_plugins_sends_nothing(delivered):
    only_catalog = Identity("service", "ci", restrictions={"catalog": Restriction()})
    with pytest.raises(NotAllowedError):
        run_action(SEND, {"recipients": "broadcast", "title": "Hello"}, identity=only_catalog)
    assert delivered == []
