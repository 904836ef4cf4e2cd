"""Notifications from the service that sends them to the people who read them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comms.models import BroadcastStatus, Notification, Signal
from comms.notifications.prune import prune_notifications
from comms.signals.publish import prune_signals
from comms.signals.read import find_newest, read_after
from tests.integration.api_world import error_of
from tests.integration.comms_world import ALICE, BOB, CARL, RESTRICTED, CommsWorld, write_teams

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(settings, client):
    return CommsWorld(settings, client)


def test_shows_what_was_sent_as_backstage_does(world):
    (sent,) = world.send(
        "Deployed", ALICE, description="the cart", link="/catalog", topic="deploys", scope="cart", severity="high"
    )
    expected = {
        "id": sent["id"],
        "user": ALICE,
        "created": sent["created"],
        "saved": None,
        "read": None,
        "updated": None,
        "origin": "ci",
        "payload": {
            "title": "Deployed",
            "description": "the cart",
            "link": "/catalog",
            "topic": "deploys",
            "severity": "high",
            "scope": "cart",
            "icon": None,
        },
    }
    assert sent == expected
    assert world.page(ALICE) == {"totalCount": 1, "notifications": [expected]}
    alice = world.as_user(ALICE)
    for path in (f"notifications/notifications/{sent['id']}", f"notifications/{sent['id']}"):
        assert alice.get(path).json() == expected
    assert alice.get("notifications").json() == alice.get("notifications/").json() == world.page(ALICE)
    assert alice.get("notifications/status").json() == {"unread": 1, "read": 0}


@pytest.mark.parametrize(
    ("refs", "excluded", "told"),
    [
        pytest.param([ALICE], [], [ALICE], id="a user"),
        pytest.param(["user:default/nobody"], [], ["user:default/nobody"], id="a user whom the catalog does not know"),
        pytest.param(["User:Alice"], [], [ALICE], id="a user in another spelling"),
        pytest.param(["group:default/team-b"], [], [ALICE, BOB], id="a group, and those below it"),
        pytest.param(["component:default/cart"], [BOB], [ALICE], id="an owner, but for one"),
        pytest.param(["group:default/team-a"], ["group:default/team-b"], [ALICE], id="without a group"),
        pytest.param(["group:default/team-a"], ["Group:Team-B", "user:Alice"], [], id="nobody is left"),
        pytest.param(["component:default/nope"], [], [], id="what is not there"),
        pytest.param([ALICE, ALICE, "group:default/team-a"], [], [ALICE, BOB], id="each once"),
    ],
)
def test_finds_whom_to_tell(world, refs, excluded, told):
    write_teams()
    assert sorted(sent["user"] for sent in world.send("Hi", *refs, excluded=tuple(excluded))) == told


def test_a_single_ref_needs_no_list(world):
    body = {"recipients": {"type": "entity", "entityRef": ALICE, "excludeEntityRef": BOB}, "payload": {"title": "Hi"}}
    assert [sent["user"] for sent in world.as_service().post("notifications", body).json()] == [ALICE]


def test_each_reads_and_saves_a_broadcast_for_himself(world):
    (sent,) = world.send("For all")
    assert sent["user"] is None
    alice = world.as_user(ALICE)
    changed = alice.post("notifications/notifications/update", {"ids": [sent["id"]], "read": True}).json()
    assert changed[0]["read"] is not None
    changed = alice.post("notifications/update", {"ids": [sent["id"]], "saved": True}).json()
    assert None not in (changed[0]["read"], changed[0]["saved"])

    assert (world.titles(ALICE, "read=true"), world.titles(ALICE, "read=false")) == (["For all"], [])
    assert (world.titles(ALICE, "saved=true"), world.titles(ALICE, "saved=false")) == (["For all"], [])
    assert (world.titles(BOB, "read=true"), world.titles(BOB, "read=false")) == ([], ["For all"])
    assert alice.get("notifications/status").json() == {"unread": 0, "read": 1}
    assert world.as_user(BOB).get("notifications/status").json() == {"unread": 1, "read": 0}

    changed = alice.post("notifications/update", {"ids": [sent["id"]], "read": False, "saved": False}).json()
    assert (changed[0]["read"], changed[0]["saved"]) == (None, None)


def test_marks_ones_own(world):
    (sent,) = world.send("Hi", ALICE)
    alice = world.as_user(ALICE)
    (changed,) = alice.post("notifications/update", {"ids": [sent["id"], "nope"], "read": True, "saved": True}).json()
    assert None not in (changed["read"], changed["saved"])
    assert alice.post("notifications/update", {"ids": [sent["id"]]}).json() == [changed]
    (changed,) = alice.post("notifications/update", {"ids": [sent["id"]], "read": False}).json()
    assert changed["read"] is None
    assert changed["saved"] is not None


def test_a_later_one_of_the_same_scope_takes_the_place_of_the_earlier(world):
    (first,) = world.send("Deploying", ALICE, scope="cart", severity="low")
    world.as_user(ALICE).post("notifications/update", {"ids": [first["id"]], "read": True})
    again = world.send("Deployed", ALICE, BOB, scope="cart", severity="high")

    assert [sent["id"] == first["id"] for sent in again] == [True, False]
    (shown,) = world.page(ALICE)["notifications"]
    assert (shown["payload"]["title"], shown["payload"]["severity"], shown["read"]) == ("Deployed", "high", None)
    assert shown["updated"] is not None
    assert shown["created"] == first["created"]
    world.send("Other", ALICE, scope="mail")
    assert sorted(world.titles(ALICE)) == ["Deployed", "Other"]


def test_a_later_broadcast_of_the_same_scope_takes_its_place_for_those_who_have_it(world):
    (first,) = world.send("Down", scope="outage")
    (second,) = world.send("Up again", scope="outage")
    assert second["id"] == first["id"]
    assert world.titles(ALICE) == ["Up again"]


def test_filters_and_orders(world):
    world.send("b cart", ALICE, topic="deploys", severity="low")
    world.send("a mail", ALICE, description="The CART is full", severity="critical")
    world.send("100% done", topic="builds")
    assert world.titles(ALICE) == ["100% done", "a mail", "b cart"]
    assert world.titles(ALICE, "orderField=created,asc") == ["b cart", "a mail", "100% done"]
    assert world.titles(ALICE, "orderField=title") == ["100% done", "a mail", "b cart"]
    assert world.titles(ALICE, "orderField=severity,asc") == ["a mail", "100% done", "b cart"]
    assert world.titles(ALICE, "orderField=read,desc&orderField=title,desc") == ["b cart", "a mail", "100% done"]
    assert world.titles(ALICE, "search=cart") == ["a mail", "b cart"]
    assert world.titles(ALICE, "search=%25") == ["100% done"]
    assert world.titles(ALICE, "topic=deploys") == ["b cart"]
    assert world.titles(ALICE, "minimumSeverity=normal") == ["100% done", "a mail"]
    assert world.titles(ALICE, "minimumSeverity=low&createdAfter=2020-01-01T00:00:00.000Z&read=false")
    assert world.titles(ALICE, "createdAfter=2999-01-01") == []
    page = world.page(ALICE, "limit=1&offset=1")
    assert (page["totalCount"], [item["payload"]["title"] for item in page["notifications"]]) == (3, ["a mail"])
    assert world.page(ALICE, "limit=0") == {"totalCount": 3, "notifications": []}
    assert world.as_user(ALICE).get("notifications/topics").json() == {"topics": ["builds", "deploys"]}
    assert world.as_user(ALICE).get("notifications/topics?search=cart").json() == {"topics": ["deploys"]}


def test_a_page_costs_two_statements_and_a_count_one(world, django_assert_num_queries):
    from comms.notifications.read import NotificationFilter, count_notifications, list_notifications

    world.send("Hi", ALICE)
    with django_assert_num_queries(2):
        list_notifications(ALICE, NotificationFilter(is_read=False))
    with django_assert_num_queries(1):
        count_notifications(ALICE)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("orderField=user,asc", "Invalid order field 'user', must be one of"),
        ("orderField=created,up", "Invalid order field order, must be asc or desc: 'created,up'"),
        ("limit=-1", "request/query/limit must be >= 0"),
        ("limit=x", "request/query/limit must be integer"),
        ("createdAfter=soon", "Unexpected date format: 'soon'"),
        ("read=maybe", "request/query/read must be equal to one of the allowed values: true, false"),
        ("minimumSeverity=x", "request/query/minimumSeverity must be equal to one of the allowed values"),
        ("nope=1", "Unknown query parameter 'nope'"),
        ("search=%00", "must not hold a NUL character"),
    ],
)
def test_says_what_is_wrong_with_a_query(world, query, message):
    status, name, text = error_of(world.as_user(ALICE).get(f"notifications/notifications?{query}"))
    assert (status, name) == (400, "InputError")
    assert message in text


@pytest.mark.parametrize(
    ("recipients", "payload", "message"),
    [
        ({"type": "nobody"}, {"title": "x"}, "request/body/recipients/type must be equal to one of"),
        ({"type": "entity"}, {"title": "x"}, "request/body/recipients must have required property 'entityRef'"),
        ({"type": "entity", "entityRef": 1}, {"title": "x"}, "request/body/recipients/entityRef must be array"),
        ({"type": "entity", "entityRef": "user:default/"}, {"title": "x"}, "user:default/"),
        ({"type": "entity", "entityRef": "alice"}, {"title": "x"}, "had missing or empty kind"),
        ({"type": "broadcast"}, {}, "request/body/payload must have required property 'title'"),
        ({"type": "broadcast"}, {"title": ""}, "missing title"),
        ({"type": "broadcast"}, {"title": "x" * 1001}, "title is 1001 characters long, and 1000 are the limit"),
        ({"type": "broadcast"}, {"title": "a\0"}, "holds a character that no text may hold"),
        ({"type": "broadcast"}, {"title": "x", "severity": "x"}, "request/body/payload/severity must be equal to"),
        ({"type": "broadcast"}, {"title": "x", "link": "javascript:alert(1)"}, "Invalid link provided"),
    ],
)
def test_says_what_is_wrong_with_a_notification(world, recipients, payload, message):
    answer = world.as_service().post("notifications", {"recipients": recipients, "payload": payload})
    status, name, text = error_of(answer)
    assert (status, name) == (400, "InputError")
    assert message in text
    assert not Notification.objects.exists()


def test_services_send_and_users_read(world):
    body = {"recipients": {"type": "broadcast"}, "payload": {"title": "x"}}
    assert error_of(world.as_user(ALICE).post("notifications", body)) == (
        403,
        "NotAllowedError",
        "This endpoint does not allow 'user' credentials",
    )
    assert error_of(world.as_service(RESTRICTED).post("notifications", body))[:2] == (403, "NotAllowedError")
    assert error_of(world.as_service().get("notifications/status")) == (
        403,
        "NotAllowedError",
        "This endpoint does not allow 'service' credentials",
    )
    assert error_of(world.client.get("/api/notifications/status"))[0] == 401


def test_nobody_is_told_what_he_does_not_want(world):
    alice = world.as_user(ALICE)
    world.send("one", ALICE, topic="deploys")
    assert alice.get("notifications/settings").json() == {
        "channels": [
            {
                "id": "Web",
                "origins": [{"id": "ci", "enabled": True, "topics": [{"id": "deploys", "enabled": True}]}],
            }
        ]
    }
    origin = {"id": "ci", "enabled": True, "topics": [{"id": "deploys", "enabled": False}]}
    settings = {"channels": [{"id": "Web", "origins": [origin]}]}
    assert alice.post("notifications/settings", settings).json() == settings

    assert [sent["user"] for sent in world.send("two", ALICE, BOB, topic="deploys")] == [BOB]
    assert [sent["user"] for sent in world.send("three", ALICE, topic="builds")] == [ALICE]
    settings["channels"][0]["id"] = "Email"
    assert error_of(alice.post("notifications/settings", settings))[:2] == (400, "InputError")


def test_the_configuration_says_what_people_are_told_who_have_not_chosen(settings, client):
    channels = [{"id": "Web", "origins": [{"id": "ci", "enabled": False}]}]
    world = CommsWorld(settings, client, notifications={"defaultSettings": {"channels": channels}})
    assert world.send("one", ALICE) == []
    shown = world.as_user(ALICE).get("notifications/settings").json()
    assert shown == {"channels": [{"id": "Web", "origins": [{"id": "ci", "enabled": False, "topics": []}]}]}
    chosen = {"channels": [{"id": "Web", "origins": [{"id": "ci", "enabled": True}]}]}
    world.as_user(ALICE).post("notifications/settings", chosen)
    assert len(world.send("two", ALICE)) == 1


def test_signals_go_to_those_who_are_told(world):
    before = find_newest()
    (alices,), (broadcast,) = world.send("one", ALICE), world.send("two")
    world.as_user(BOB).post("notifications/update", {"ids": [broadcast["id"]], "read": True})
    new = '{{"channel":"notifications","message":{{"action":"new_notification","notification_id":"{}"}}}}'
    read = '{{"channel":"notifications","message":{{"action":"notification_read","notification_ids":["{}"]}}}}'
    assert [(signal.recipients, signal.text) for signal in read_after(before)] == [
        (frozenset({ALICE}), new.format(alices["id"])),
        (None, new.format(broadcast["id"])),
        (frozenset({BOB}), read.format(broadcast["id"])),
    ]


def test_what_is_old_is_deleted(world):
    world.send("old", CARL)
    (broadcast,) = world.send("old for all")
    (kept,) = world.send("changed", CARL, scope="x")
    world.as_user(ALICE).post("notifications/update", {"ids": [broadcast["id"]], "read": True})
    Notification.objects.update(created=timezone.now() - timedelta(days=30))
    world.send("changed again", CARL, scope="x")
    assert prune_notifications(None) == 0
    assert prune_notifications(timedelta(days=31)) == 0
    assert prune_notifications(timedelta(days=29)) == 2
    assert [item.id for item in Notification.objects.all()] == [kept["id"]]
    assert not BroadcastStatus.objects.exists()

    assert prune_signals() == 0
    Signal.objects.update(created=timezone.now() - timedelta(minutes=2))
    assert prune_signals() > 0
    assert (find_newest(), read_after(0)) == (0, [])


def test_describes_itself(world):
    alice = world.as_user(ALICE)
    document = alice.get("notifications/openapi.json").json()
    assert "/api/notifications/notifications/update" in document["paths"]
    assert b"Send a notification" in alice.get("notifications/docs").content


def test_operators_see_them_and_change_nothing(admin_client, world):
    (sent,) = world.send("Hello operators", ALICE)
    page = admin_client.get("/admin/comms/notification/")
    assert b"Hello operators" in page.content
    one = f"/admin/comms/notification/{sent['id']}/"
    assert admin_client.get(f"{one}change/").status_code == 200
    assert admin_client.post(f"{one}delete/").status_code == 403
    assert admin_client.get("/admin/comms/notification/add/").status_code == 403


def test_unknown_routes_are_answered_with_nothing(world):
    alice = world.as_user(ALICE)
    for path in ("notifications/a/b", "user-settings", "user-settings/nope", "signals/x", "signals"):
        answer = alice.get(path)
        assert (answer.status_code, answer.content) == (404, b"")
