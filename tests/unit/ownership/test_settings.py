"""``callboard.ownership``."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.app_config import AppConfig
from common.app_config.error import ConfigError
from config.check import check_config
from ownership.settings import OwnershipSettings


def config(frequency):
    return AppConfig.from_dict({"callboard": {"ownership": {"codeowners": {"frequency": frequency}}}})


def test_reads_how_often_codeowners_are_read():
    assert OwnershipSettings.from_app_config(AppConfig.from_dict({})).frequency == timedelta(hours=1)
    assert OwnershipSettings.from_app_config(config({"minutes": 5})).frequency == timedelta(minutes=5)


@pytest.mark.parametrize("frequency", ["PT1S", "often", 0])
def test_a_wrong_frequency_stops_the_start(frequency):
    with pytest.raises(ConfigError, match=r"callboard\.ownership\.codeowners\.frequency"):
        check_config(config(frequency))
