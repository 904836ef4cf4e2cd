"""What somebody should be told is kept, since nothing delivers it."""

import pytest

from common.errors import InputError
from scaffolder.actions.notification import ACTIONS
from tests.unit.scaffolder.action_world import run_action

(SEND,) = ACTIONS


def test_a_notification_for_everybody_is_kept_in_the_output():
    ran = run_action(SEND, {"recipients": "broadcast", "title": "Hello", "info": "A new service", "severity": "low"})

    payload = {"title": "Hello", "description": "A new service", "severity": "low"}
    assert ran.outputs == {"notifications": [{"recipients": {"type": "broadcast"}, "payload": payload}]}
    assert ran.log.lines == [
        ("info", "Sending notification to broadcast"),
        ("warn", "No service delivers notifications; 'Hello' is kept in the step's output 'notifications'"),
    ]


def test_a_notification_for_the_owners_of_entities():
    given = {"recipients": "entity", "entityRefs": ["group:default/team-a"], "title": "Hello", "scope": "cart"}

    notification = run_action(SEND, given).outputs["notifications"][0]

    assert notification["recipients"] == {"type": "entity", "entityRef": ["group:default/team-a"]}
    assert notification["payload"] == {"title": "Hello", "scope": "cart"}


def test_entities_must_be_named_unless_the_notification_is_optional():
    with pytest.raises(InputError, match="Entity references must be provided"):
        run_action(SEND, {"recipients": "entity", "title": "Hello"})
    assert run_action(SEND, {"recipients": "entity", "title": "Hello", "optional": True}).outputs == {}
