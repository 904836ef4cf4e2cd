"""Which paths need credentials, and where to listen."""

import pytest

from common.app_config import AppConfig, ConfigError
from identity.policy import EVERYWHERE, ListenAddress, default_host, is_public, listen_address, plugin_of


def config(listen=None, is_open=False) -> AppConfig:
    backend = {"auth": {"dangerouslyDisableDefaultAuthPolicy": is_open}}
    return AppConfig.from_dict({"backend": {**backend, "listen": listen}})


@pytest.mark.parametrize(
    "path",
    [
        "/.backstage/health/v1/readiness",
        "/.backstage/health/v1/liveness",
        "/api/auth/guest/refresh",
        "/api/auth/.well-known/jwks.json",
        "/admin/login/",
        "/static/admin/css/base.css",
    ],
)
def test_health_and_signing_in_are_public(path):
    assert is_public(path)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/metrics",
        "/api/catalog/entities",
        "/api/authx",
        "/api/auth",
        "/API/AUTH/guest/refresh",
        "//api/auth/x",
        "/.backstage/health/v1/readiness/",
        "/.backstage/health/v1/other",
        "/admin",
        "/adminx",
        "",
    ],
)
def test_everything_else_is_not(path):
    assert not is_public(path)


@pytest.mark.parametrize(
    ("path", "plugin"),
    [("/api/catalog/entities", "catalog"), ("/api/catalog", "catalog"), ("/metrics", ""), ("/api//x", "")],
)
def test_paths_belong_to_plugins(path, plugin):
    assert plugin_of(path) == plugin


@pytest.mark.parametrize(
    ("listen", "address"),
    [
        (None, ListenAddress(EVERYWHERE, 7007)),
        ({"port": "7008"}, ListenAddress(EVERYWHERE, 7008)),
        ({"host": "10.0.0.1"}, ListenAddress("10.0.0.1", 7007)),
        (7008, ListenAddress(EVERYWHERE, 7008)),
        ("7008", ListenAddress(EVERYWHERE, 7008)),
        (":7008", ListenAddress(EVERYWHERE, 7008)),
        ("localhost:7008", ListenAddress("localhost", 7008)),
        ("[::1]:7008", ListenAddress("::1", 7008)),
    ],
)
def test_the_configuration_says_where_to_listen(listen, address):
    assert listen_address(config(listen)) == address


@pytest.mark.parametrize("listen", [None, {"port": 7008}, ":7008", 7008])
def test_where_everybody_may_do_everything_only_this_machine_is_heard(listen):
    assert default_host(config(listen, is_open=True)) == "127.0.0.1"


@pytest.mark.parametrize("listen", [{"host": EVERYWHERE}, f"{EVERYWHERE}:7008"])
def test_unless_a_host_is_named(listen):
    assert default_host(config(listen, is_open=True)) == EVERYWHERE


@pytest.mark.parametrize(
    ("listen", "message"),
    [
        ("localhost", "backend.listen: got 'localhost', expected <port> or <host>:<port>"),
        ([7007], "backend.listen: got a list, expected <port> or <host>:<port>"),
        (True, "backend.listen: got true, expected <port> or <host>:<port>"),
        ("99999", "backend.listen: got '99999', expected a port from 0 to 65535"),
        ({"port": -1}, "backend.listen.port: got -1, expected a port from 0 to 65535"),
        ({"port": "x"}, "backend.listen.port: got 'x', expected a whole number"),
        ({"host": 5}, "backend.listen.host: got 5, expected a text"),
    ],
)
def test_a_wrong_address_is_named(listen, message):
    with pytest.raises(ConfigError) as error:
        listen_address(config(listen))
    assert str(error.value) == f"app-config.yaml: {message}"
