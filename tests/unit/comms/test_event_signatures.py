"""Whose webhook it is."""

import pytest

from common.app_config import AppConfig
from common.app_config.error import ConfigError
from comms.events.settings import EventSettings
from comms.events.signatures import SCHEMES, is_genuine
from tests.fakes.webhooks import SECRET, headers_of, signature

BODY = b'{"zen": "Keep it logically awesome."}'


@pytest.mark.parametrize("topic", sorted(SCHEMES))
def test_who_knows_the_secret_is_known(topic):
    headers = headers_of(topic, "push", BODY)
    assert is_genuine(topic, headers, BODY, [SECRET])
    assert is_genuine(topic, headers, BODY, ["another", SECRET])
    assert not is_genuine(topic, headers, BODY, ["another"])
    assert not is_genuine(topic, headers, BODY, [])
    assert not is_genuine(topic, {}, BODY, [SECRET])
    assert is_genuine(topic, headers, BODY + b" ", [SECRET]) is not SCHEMES[topic].is_signed


@pytest.mark.parametrize(
    "given",
    [
        "",
        "sha256=",
        signature(BODY),
        f"sha1={signature(BODY, algorithm='sha1')}",
        f"sha256={signature(BODY, algorithm='sha1')}",
        f"sha512={signature(BODY, algorithm='sha512')}",
        f"sha256={signature(BODY).upper()}",
        f"sha256={signature(BODY)} ",
        f"sha256={signature(BODY)[:-1]}",
        "sha256=ÿ",
    ],
)
def test_no_other_form_of_a_signature_counts(given):
    assert not is_genuine(
        "github", {"X-Hub-Signature-256": given, "X-Hub-Signature": f"sha1={signature(BODY)}"}, BODY, [SECRET]
    )


def test_the_official_example():
    """https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries"""
    headers = {"X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}
    assert is_genuine("github", headers, b"Hello, World!", ["It's a Secret to Everybody"])


def test_topics_and_secrets_of_the_configuration():
    app = {"appId": 1, "clientId": "c", "privateKey": "k", "webhookSecret": "of the app"}
    config = {
        "events": {
            "http": {"topics": ["github", "weather"]},
            "modules": {"github": {"webhookSecret": "a"}, "gitlab": {"webhookSecret": "b"}, "kafka": {"x": 1}},
        },
        "integrations": {"github": [{"host": "github.com", "apps": [app]}]},
        "callboard": {"events": {"allowUnsigned": ["weather", "gitlab"], "maxBytes": 1000}},
    }
    settings = EventSettings.from_app_config(AppConfig.from_dict(config))
    assert settings == EventSettings(
        topics=frozenset({"github", "gitlab", "weather"}),
        secrets={"github": ("a", "of the app"), "gitlab": ("b",)},
        unsigned=frozenset({"weather"}),
        max_bytes=1000,
    )
    assert "of the app" not in repr(settings)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"events": {"http": {"topics": ["a/b"]}}}, "events.http.topics"),
        (
            {"callboard": {"events": {"maxBytes": 0}}},
            "callboard.events.maxBytes: got 0, expected a whole number above 0",
        ),
        ({"events": {"modules": {"kafka": {"webhookSecret": "x"}}}}, "events.modules.kafka.webhookSecret"),
        ({"events": {"modules": {"github": "x"}}}, "events.modules.github"),
    ],
)
def test_what_cannot_be_meant_stops_the_start(config, message):
    with pytest.raises(ConfigError) as caught:
        EventSettings.from_app_config(AppConfig.from_dict(config))
    assert message in str(caught.value)
