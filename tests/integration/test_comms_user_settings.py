"""What a frontend keeps for a person."""

import pytest

from comms.models import UserSetting
from comms.signals.read import find_newest, read_after
from tests.integration.api_world import error_of
from tests.integration.comms_world import ALICE, BOB, CommsWorld

pytestmark = pytest.mark.django_db(transaction=True)

STARS = "user-settings/buckets/default.starredEntities/keys/entityRefs"


@pytest.fixture
def world(settings, client):
    return CommsWorld(settings, client)


def read(caller, *names):
    items = [{"bucket": bucket, "key": key} for bucket, key in names]
    return caller.post("user-settings/multiget", {"items": items}).json()["items"]


def test_keeps_what_it_is_given(world):
    alice = world.as_user(ALICE)
    assert error_of(alice.get(STARS)) == (
        404,
        "NotFoundError",
        "Unable to find 'entityRefs' in bucket 'default.starredEntities'",
    )
    kept = {"bucket": "default.starredEntities", "key": "entityRefs", "value": ["component:default/cart"]}
    assert alice.put(STARS, {"value": ["component:default/cart"]}).json() == kept
    assert alice.get(STARS).json() == kept
    alice.put(STARS, {"value": None})
    assert read(alice, ("x", "y"), ("default.starredEntities", "entityRefs")) == [None, {"value": None}]
    answer = alice.delete(STARS)
    assert (answer.status_code, answer.content) == (204, b"")
    assert read(alice, ("default.starredEntities", "entityRefs")) == [None]
    assert alice.delete(STARS).status_code == 204


def test_each_has_his_own(world):
    world.as_user(ALICE).put(STARS, {"value": 1})
    bob = world.as_user(BOB)
    assert bob.get(STARS).status_code == 404
    bob.delete(STARS)
    assert world.as_user(ALICE).get(STARS).json()["value"] == 1


@pytest.mark.parametrize("value", [0, "", False, [], {"a": {"b": [1.5, "ü", None]}}, 2**53])
def test_any_json_is_a_value(world, value):
    alice = world.as_user(ALICE)
    assert alice.put(STARS, {"value": value}).json()["value"] == value
    assert alice.get(STARS).json()["value"] == value


def test_names_may_hold_slashes(world):
    alice = world.as_user(ALICE)
    alice.put("user-settings/buckets/a%2Fb/keys/c/d%2Fe", {"value": 1})
    assert read(alice, ("a/b", "c/d/e")) == [{"value": 1}]


def test_open_pages_are_told(world):
    before = find_newest()
    alice = world.as_user(ALICE)
    alice.put(STARS, {"value": 1})
    alice.delete(STARS)
    assert [(signal.recipients, signal.text) for signal in read_after(before)] == [
        (frozenset({ALICE}), '{"channel":"user-settings","message":{"type":"key-changed","key":"entityRefs"}}'),
        (frozenset({ALICE}), '{"channel":"user-settings","message":{"type":"key-deleted","key":"entityRefs"}}'),
    ]


def test_services_and_strangers_have_none(world):
    assert error_of(world.as_service().get(STARS))[:2] == (403, "NotAllowedError")
    assert error_of(world.client.get(f"/api/{STARS}"))[:2] == (401, "AuthenticationError")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(STARS, "x" * (256 * 1024), id="a long value"),
        pytest.param(f"user-settings/buckets/{'b' * 256}/keys/k", 1, id="a long bucket"),
        pytest.param(f"user-settings/buckets/b/keys/{'k' * 256}", 1, id="a long key"),
        pytest.param("user-settings/buckets/b/keys/a%00b", 1, id="NUL"),
    ],
)
def test_refuses_what_is_too_long(world, path, value):
    assert error_of(world.as_user(ALICE).put(path, {"value": value}))[:2] == (400, "InputError")
    assert not UserSetting.objects.exists()


def test_refuses_one_setting_too_many(world, monkeypatch):
    monkeypatch.setattr("comms.user_settings.store.MOST_SETTINGS", 2)
    alice = world.as_user(ALICE)
    for key in ("a", "b", "a"):
        assert alice.put(f"user-settings/buckets/x/keys/{key}", {"value": 1}).status_code == 200
    status, _, message = error_of(alice.put("user-settings/buckets/x/keys/c", {"value": 1}))
    assert (status, message) == (400, f"{ALICE} keeps 2 settings already: delete some first")
    assert world.as_user(BOB).put("user-settings/buckets/x/keys/c", {"value": 1}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [{}, {"items": 1}, {"items": [1]}, {"items": [{"bucket": "x"}]}, {"items": [{"bucket": 1, "key": "x"}]}],
)
def test_says_what_it_expects(world, body):
    assert error_of(world.as_user(ALICE).post("user-settings/multiget", body))[:2] == (400, "InputError")


def test_a_value_must_be_given(world):
    assert error_of(world.as_user(ALICE).put(STARS, {})) == (400, "InputError", 'Missing required field "value"')
