"""The numbers of our processes, and Redis."""

from datetime import timedelta

import pytest

from common.app_config import AppConfig, ConfigError
from config.bell import broker_settings
from config.server_settings import RedisSettings, ServerSettings, default_web_workers


def test_has_defaults_for_everything():
    assert ServerSettings.from_app_config(AppConfig.from_dict({})) == ServerSettings(
        web_workers=default_web_workers(),
        web_threads=2,
        max_body_bytes=10 * 1024 * 1024,
        writes_access_log=True,
        shutdown_delay=timedelta(),
        worker_concurrency=2,
        patience=timedelta(seconds=10),
    )


@pytest.mark.parametrize("number", [0, -1])
def test_refuses_to_run_without_processes(number):
    config = AppConfig.from_dict({"callboard": {"web": {"workers": number}}})

    with pytest.raises(ConfigError) as raised:
        ServerSettings.from_app_config(config)

    assert str(raised.value) == (
        f"app-config.yaml: callboard.web.workers: got {number}, expected a number of at least 1"
    )


@pytest.mark.parametrize(
    ("redis", "env_url", "expected"),
    [
        pytest.param(None, None, RedisSettings(None, "callboard:"), id="none"),
        pytest.param("redis://a/1", None, RedisSettings("redis://a/1", "callboard:"), id="a URL"),
        pytest.param(
            {"url": "redis://a", "keyPrefix": "x:"}, None, RedisSettings("redis://a", "x:"), id="URL and prefix"
        ),
        pytest.param("redis://a", "redis://b", RedisSettings("redis://b", "callboard:"), id="the environment wins"),
        pytest.param({"keyPrefix": "x:"}, "redis://b", RedisSettings("redis://b", "x:"), id="prefix here, URL there"),
    ],
)
def test_reads_where_redis_is(redis, env_url, expected):
    config = AppConfig.from_dict({"callboard": {"redis": redis}})

    assert RedisSettings.from_app_config(config, env_url=env_url) == expected


def test_refuses_what_is_no_redis():
    config = AppConfig.from_dict({"callboard": {"redis": "amqp://a"}})

    with pytest.raises(ConfigError) as raised:
        RedisSettings.from_app_config(config, env_url=None)

    assert str(raised.value) == (
        "app-config.yaml: callboard.redis: got 'amqp://a', expected a URL such as 'redis://127.0.0.1:6379/0'"
    )


def test_rings_through_redis_or_through_files(tmp_path):
    by_redis = broker_settings(RedisSettings("redis://a", "x:"), data_dir=tmp_path)
    by_files = broker_settings(RedisSettings(None, "x:"), data_dir=tmp_path)

    assert by_redis["broker_url"] == "redis://a"
    assert by_redis["broker_transport_options"]["global_keyprefix"] == "x:"
    assert by_files["broker_transport_options"]["data_folder_in"] == str(tmp_path / "bell")


@pytest.mark.parametrize(("processors", "workers"), [(1, 1), (2, 2), (4, 4), (64, 4)])
def test_each_processor_has_a_web_process_up_to_a_bound(monkeypatch, processors, workers):
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(processors)))

    assert default_web_workers() == workers
