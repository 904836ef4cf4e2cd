"""``callboard.hosts``."""

import pytest

from common.app_config import AppConfig, ConfigError
from config.check import check_config
from integrations.hosts.settings import HostSettings


def config(**hosts):
    return AppConfig.from_dict({"callboard": {"hosts": hosts, "catalog": {"limits": {"maxBytes": 7}}}})


def test_what_holds_without_a_word():
    assert HostSettings.from_app_config(AppConfig.from_dict({})) == HostSettings(20, 50 * 2**20, 10 * 2**20)


def test_what_is_configured():
    assert HostSettings.from_app_config(config(reservePercent=50, maxArchiveBytes=0)) == HostSettings(50, 0, 7)


@pytest.mark.parametrize(
    ("hosts", "message"),
    [
        ({"reservePercent": 91}, "a percentage from 0 to 90"),
        ({"reservePercent": -1}, "a percentage from 0 to 90"),
        ({"maxArchiveBytes": -1}, "a number of bytes"),
        ({"maxArchiveBytes": "much"}, "callboard.hosts.maxArchiveBytes"),
    ],
)
def test_a_wrong_value_stops_the_start(hosts, message):
    with pytest.raises(ConfigError, match=message):
        check_config(config(**hosts))
