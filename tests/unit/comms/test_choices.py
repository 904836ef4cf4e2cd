"""The nearest that was said counts."""

import pytest

from common.app_config import AppConfig
from common.app_config.error import ConfigError
from comms.notifications.choices import is_wanted
from comms.settings import CommsSettings, Default


@pytest.mark.parametrize(
    ("chosen", "defaults", "expected"),
    [
        ({}, {}, True),
        ({("ci", ""): False}, {}, False),
        ({("ci", ""): False, ("ci", "deploys"): True}, {}, True),
        ({}, {("", ""): False}, False),
        ({}, {("", ""): False, ("ci", ""): True}, True),
        ({("ci", ""): True}, {("ci", ""): False}, True),
        ({("ci", ""): True}, {("ci", "deploys"): False}, False),
    ],
)
def test_the_nearest_counts(chosen, defaults, expected):
    assert is_wanted(chosen, defaults, "CI", "Deploys") is expected


def test_reads_the_defaults_of_the_configuration():
    channels = [{"id": "Web", "enabled": False, "origins": [{"id": "ci", "enabled": True, "topics": [{"id": "t"}]}]}]
    config = AppConfig.from_dict({"notifications": {"defaultSettings": {"channels": channels}}})
    assert CommsSettings.from_app_config(config).defaults == (
        Default("Web", "", "", False),
        Default("Web", "ci", "", True),
        Default("Web", "ci", "t", True),
    )


@pytest.mark.parametrize("value", [[], "x", {"channels": [{}]}, {"channels": [{"id": "Web", "origins": ["x"]}]}])
def test_says_what_it_expects(value):
    config = AppConfig.from_dict({"notifications": {"defaultSettings": value or ["x"]}})
    with pytest.raises(ConfigError, match=r"notifications\.defaultSettings"):
        CommsSettings.from_app_config(config)


def test_retention_may_be_switched_off():
    off = AppConfig.from_dict({"notifications": {"retention": False}})
    assert CommsSettings.from_app_config(off).keep_notifications is None
    days = AppConfig.from_dict({"notifications": {"retention": {"days": 3}}})
    assert CommsSettings.from_app_config(days).keep_notifications.days == 3
