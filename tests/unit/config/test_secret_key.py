"""The signing key."""

import threading

import pytest

from common.app_config import AppConfig, ConfigError
from config.secret_key import read_secret_key

NOTHING = AppConfig.from_dict({})


def test_makes_a_key_that_only_we_can_read_and_keeps_it(tmp_path):
    first = read_secret_key(NOTHING, data_dir=tmp_path / "new", is_shared=False)

    assert len(first) == 64
    assert read_secret_key(NOTHING, data_dir=tmp_path / "new", is_shared=False) == first
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret-key"]


def test_takes_the_configured_key(tmp_path):
    config = AppConfig.from_dict({"callboard": {"secretKey": "a long enough secret"}})

    assert read_secret_key(config, data_dir=tmp_path, is_shared=True) == "a long enough secret"
    assert list(tmp_path.iterdir()) == []


def test_needs_a_configured_key_where_several_machines_share_a_database(tmp_path):
    with pytest.raises(ConfigError) as raised:
        read_secret_key(NOTHING, data_dir=tmp_path, is_shared=True)

    assert str(raised.value) == (
        "app-config.yaml: callboard.secretKey: got nothing, "
        "expected a secret text, which PostgreSQL needs: as in `openssl rand -base64 32`"
    )


def test_refuses_a_short_key_without_showing_it(tmp_path):
    config = AppConfig.from_dict({"callboard": {"secretKey": "hunter2"}})

    with pytest.raises(ConfigError) as raised:
        read_secret_key(config, data_dir=tmp_path, is_shared=False)

    assert "hunter2" not in str(raised.value)
    assert str(raised.value).endswith("expected a secret text of at least 16 characters")


def test_processes_that_start_together_get_one_key(tmp_path):
    keys = []
    threads = [
        threading.Thread(target=lambda: keys.append(read_secret_key(NOTHING, data_dir=tmp_path, is_shared=False)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(keys) == 8
    assert len(set(keys)) == 1
