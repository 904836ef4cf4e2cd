"""Attacks on what one person is told and keeps. Those on sockets are in ``test_comms_signals.py``, with a server."""

import pytest

from comms.models import BroadcastStatus, Notification, NotificationChoice
from tests.integration.comms_world import ALICE, BOB, CommsWorld

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(settings, client):
    return CommsWorld(settings, client)


def test_nobody_reads_or_marks_another_persons_notifications(world):
    (sent,) = world.send("A secret for Alice", ALICE, topic="secret")
    bob = world.as_user(BOB)

    assert bob.get(f"notifications/notifications/{sent['id']}").status_code == 404
    assert bob.get(f"notifications/{sent['id']}").status_code == 404
    answer = bob.post("notifications/notifications/update", {"ids": [sent["id"]], "read": True, "saved": True})
    assert answer.json() == []
    assert world.titles(BOB, "search=secret") == []
    assert bob.get("notifications/topics").json() == {"topics": []}
    assert bob.get("notifications/status").json() == {"unread": 0, "read": 0}
    assert bob.get("notifications/settings").json() == {"channels": [{"id": "Web", "origins": []}]}
    row = Notification.objects.get()
    assert (row.read, row.saved) == (None, None)
    assert not BroadcastStatus.objects.exists()


@pytest.mark.parametrize("name", ["user", "userEntityRef", "recipient"])
def test_a_user_cannot_ask_as_another(world, name):
    world.send("A secret for Alice", ALICE)
    assert world.as_user(BOB).get(f"notifications/notifications?{name}={ALICE}").status_code == 400
    settings = {"channels": [{"id": "Web", "origins": [{"id": "ci", "enabled": False}]}], name: ALICE}
    world.as_user(BOB).post("notifications/settings", settings)
    assert {choice.user for choice in NotificationChoice.objects.all()} == {BOB}


def test_an_anonymous_name_is_not_everybody(world):
    """Broadcasts are kept under an empty name: who has one must not own them."""
    (sent,) = world.send("For all")
    world.as_user(BOB).post("notifications/update", {"ids": [sent["id"]], "read": True})
    row = Notification.objects.get()
    assert (row.read, row.user) == (None, "")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(document.cookie)",
        "  JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "/\tjavascript:alert(1)",
        "data:text/html;base64,PHNjcmlwdD4=",
        "vbscript:msgbox(1)",
    ],
)
def test_a_link_runs_nothing(world, link):
    body = {"recipients": {"type": "broadcast"}, "payload": {"title": "x", "link": link}}
    assert world.as_service().post("notifications", body).status_code == 400

    world.send("x", scope="s", link="/fine")
    body["payload"]["scope"] = "s"
    assert world.as_service().post("notifications", body).status_code == 400
    assert [row.link for row in Notification.objects.all()] == ["/fine"]


def test_a_sender_does_not_replace_what_another_sent(world, settings, client):
    config = {
        "backend": {
            "auth": {
                "externalAccess": [
                    {"type": "static", "options": {"token": "a-service-token", "subject": "ci"}},
                    {"type": "static", "options": {"token": "another-token", "subject": "other"}},
                ]
            }
        }
    }
    world = CommsWorld(settings, client, **config)
    world.send("Deployed", ALICE, scope="cart")
    body = {"recipients": {"type": "entity", "entityRef": ALICE}, "payload": {"title": "Fake", "scope": "cart"}}
    world.as_service("another-token").post("notifications", body)
    assert sorted(world.titles(ALICE)) == ["Deployed", "Fake"]


@pytest.mark.parametrize(
    "query",
    [
        "orderField=settings_key_hash,asc",
        "orderField=user__password,asc",
        "orderField=mine__user,asc",
        "orderField=created;drop table comms_notification,asc",
        "&".join(["orderField=created,asc"] * 11),
        "topic=%00",
        "createdAfter=0001-01-01T00:00:00%2B23:59",
        "search[a]=b",
    ],
)
def test_a_query_is_refused_and_not_run(world, query):
    assert world.as_user(ALICE).get(f"notifications/notifications?{query}").status_code == 400


@pytest.mark.parametrize("query", ["offset=99999999999999999999", "limit=9007199254740993", "search=%25' OR 1=1 --"])
def test_a_strange_query_finds_nothing(world, query):
    world.send("Hi", ALICE)
    answer = world.as_user(BOB).get(f"notifications/notifications?{query}")
    assert answer.status_code == 200
    assert answer.json()["notifications"] == []


@pytest.mark.parametrize(
    "body",
    [[], {}, {"ids": "x"}, {"ids": [1]}, {"ids": ["a"], "read": "yes"}, {"ids": ["x"] * 1001}],
)
def test_an_update_is_checked(world, body):
    assert world.as_user(ALICE).post("notifications/update", body).status_code == 400


def test_an_id_with_a_nul_is_no_trouble(world):
    assert world.as_user(ALICE).post("notifications/update", {"ids": ["a\0"], "read": True}).status_code == 404
    assert world.as_user(ALICE).get("notifications/notifications/a%00b").status_code == 404


def test_too_many_choices_are_refused(world):
    origins = [{"id": str(number), "enabled": True} for number in range(1001)]
    answer = world.as_user(ALICE).post("notifications/settings", {"channels": [{"id": "Web", "origins": origins}]})
    assert answer.status_code == 400
    assert not NotificationChoice.objects.exists()
