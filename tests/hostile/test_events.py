"""Attacks on the door to events: forged, repeated, huge and odd requests, and requests that lead elsewhere."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.locations import register_location
from catalog.models import RefreshState
from common.app_config import AppConfig
from common.app_config.error import ConfigError
from comms.events.settings import EventSettings
from comms.models import Event
from identity.settings import user_tokens
from tests.fakes.webhooks import SECRET, body_of, github_headers, github_push, gitlab_push, signature
from tests.integration.api_world import error_of
from tests.integration.events_world import EventsWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings, client):
    return EventsWorld(settings, client)


PUSH = github_push("shop/cart")
BODY = body_of(PUSH)


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Hub-Signature-256": ""},
        {"X-Hub-Signature-256": "sha256="},
        {"X-Hub-Signature-256": f"sha256={signature(BODY, 'another secret')}"},
        {"X-Hub-Signature-256": f"sha256={signature(BODY, '')}"},
        {"X-Hub-Signature-256": f"sha256={signature(body_of({**PUSH, 'ref': 'refs/heads/x'}))}"},
        # Weaker algorithms, and the header of old times that has one.
        {"X-Hub-Signature-256": f"sha1={signature(BODY, algorithm='sha1')}"},
        {"X-Hub-Signature-256": "", "X-Hub-Signature": f"sha1={signature(BODY, algorithm='sha1')}"},
        {"X-Hub-Signature-256": f"md5={signature(BODY, algorithm='md5')}"},
        # Proofs of other hosts.
        {"X-Hub-Signature-256": "", "X-Gitlab-Token": SECRET},
        {"X-Hub-Signature-256": "", "X-Gitea-Signature": signature(BODY)},
        {"X-Hub-Signature-256": SECRET},
        {"X-Hub-Signature-256": "\u00ff" * 71},
        {"X-Hub-Signature-256": f"sha256={signature(BODY)}" * 2},
    ],
)
def test_what_is_not_signed_by_the_secret_is_refused_and_leaves_nothing(world, headers):
    answer = world.send("github", "push", PUSH, **headers)

    assert error_of(answer) == (403, "NotAllowedError", "invalid signature")
    assert not Event.objects.exists()
    assert SECRET not in answer.content.decode()


@pytest.mark.parametrize("token", ["", "x", SECRET[:-1], SECRET + "x", SECRET.upper(), "\u00ff"])
def test_gitlabs_token_is_all_or_nothing(world, token):
    answer = world.send("gitlab", "Push Hook", gitlab_push("shop/cart"), **{"X-Gitlab-Token": token})
    assert (answer.status_code, Event.objects.count()) == (403, 0)


@pytest.mark.parametrize("secret", ["", "   "])
def test_an_empty_secret_is_none(settings, client, secret):
    """Or whoever signs with an empty key would be let in, when a variable of the environment is not set."""
    config = AppConfig.from_dict({"events": {"modules": {"github": {"webhookSecret": secret}}}})
    with pytest.raises(ConfigError, match=r"events\.modules\.github\.webhookSecret"):
        EventSettings.from_app_config(config)


def test_the_switch_that_lets_everybody_in_does_not_let_events_in(settings, client):
    access = {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}
    world = EventsWorld(settings, client, backend=access)
    assert world.send("github", "push", PUSH, **{"X-Hub-Signature-256": ""}).status_code == 403
    assert world.send_raw("weather", b"{}").status_code == 403


def test_a_users_token_is_no_signature(world):
    token = user_tokens().issue("user:default/alice", ["user:default/alice"]).token
    headers = {"Authorization": f"Bearer {token}", "X-Hub-Signature-256": ""}
    assert world.send("github", "push", PUSH, **headers).status_code == 403
    assert world.send_raw("any-topic", b"{}", Authorization=f"Bearer {token}").status_code == 404


def test_a_captured_request_does_nothing_more_however_often_it_is_sent_again(world):
    """The delivery's id stands in a header that nobody has signed."""
    for number in range(20):
        assert world.send("github", "push", PUSH, delivery=f"forged-{number}").status_code == 202
    world.work()
    assert world.send("github", "push", PUSH, delivery="forged-again").status_code == 202

    assert Event.objects.count() == 1
    assert Event.objects.get().due_at is None


def test_a_huge_body_is_refused_before_anything_looks_at_it(settings, client):
    world = EventsWorld(settings, client, callboard={"events": {"maxBytes": 1000}})
    body = b"[" * 1001
    answer = world.send_raw("github", body, **github_headers("push", body))
    assert error_of(answer) == (
        413,
        "PayloadTooLargeError",
        "request entity too large: events of up to 1000 bytes are taken, see callboard.events.maxBytes",
    )
    # As large as allowed, but not from who knows the secret: not even parsed.
    assert error_of(world.send_raw("github", b"[" * 1000))[2] == "invalid signature"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\xff\xfe",
        b"",
        b"null",
        b"1e999",
        b'"x"',
        b"{}{}",
        b'{"a":1,}',
        b"\0",
        b"NaN",
    ],
)
def test_what_is_no_json_object_gets_an_answer_below_500(world, body):
    assert world.send_raw("github", body, **github_headers("push", body)).status_code in (202, 400, 415)
    assert not Event.objects.exists()


NAMES = st.sampled_from(["push", "repository", "installation_repositories", "membership", "ping", "x" * 5000, "\u00e9"])
TEXTS = st.sampled_from(
    ["refs/heads/main", "shop/cart", "https://github.com/shop/cart", "\0", "../..", "x" * 600, "\ud800"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["ref", "repository", "full_name", "html_url", "action", "commits", "added"]), inner
        )
    ),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES, st.dictionaries(st.sampled_from(["ref", "repository", "action", "commits", "changes"]), VALUES))
def test_odd_events_that_are_signed_are_no_fault_of_ours(world, name, payload):
    body = json.dumps(payload).encode()
    headers = github_headers(name, body) | {"X-GitHub-Delivery": "x" * 9000}
    assert world.send_raw("github", body, **headers).status_code in (202, 400)
    assert world.work()


@pytest.mark.parametrize(
    "page",
    [
        "https://github.com.evil.example/shop/cart",
        "https://evil.example/shop/cart",
        "https://github.com@evil.example/shop/cart",
        "https://gitlab.com/shop/cart",
        "http://169.254.169.254/shop/cart",
        "file:///etc/passwd",
        "javascript:alert(1)//github.com/shop/cart",
        "https://github.com:8443/shop/cart",
    ],
)
def test_an_event_leads_to_no_other_host(world, page):
    payload = {**PUSH, "repository": {**PUSH["repository"], "html_url": page}}
    assert world.send("github", "push", payload).status_code == 202
    assert not Event.objects.exists()


@pytest.mark.parametrize("name", ["shop/../../admin", "shop/%2e%2e/x", "%", "_", "shop/%", "%/%", "a'b/c"])
def test_an_odd_name_refreshes_nothing_but_itself(world, name):
    register_location("url", "https://github.com/shop/cart/blob/main/catalog-info.yaml")
    register_location("url", "https://github.com/shop/other/blob/main/catalog-info.yaml")
    target = '{"targets": {"url:https://github.com/shop/cart/blob/main/catalog-info.yaml": {}}}'
    RefreshState.objects.update(next_update_at=None, source_state=target)

    payload = github_push(name)
    assert world.send("github", "push", payload).status_code == 202
    assert world.work()

    assert not RefreshState.objects.exclude(next_update_at=None).exists()


def test_thousands_of_paths_are_no_reason_to_stop(world):
    paths = [f"{'d/' * 50}{number}.yaml" for number in range(20_000)]
    begin = time.perf_counter()
    assert world.send("github", "push", github_push("shop/cart", *paths)).status_code == 202
    assert world.work()
    assert time.perf_counter() - begin < 3
    assert len(Event.objects.get().happening) < 1000


def test_no_secret_and_no_payload_is_kept(world):
    payload = {**PUSH, "pusher": {"email": "alice@example.com"}}
    world.send("github", "push", payload)
    event = Event.objects.get()
    kept = " ".join(str(value) for value in vars(event).values())
    assert SECRET not in kept
    assert "alice@example.com" not in kept
