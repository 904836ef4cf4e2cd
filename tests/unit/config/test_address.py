"""Where the server listens, and what it says if it cannot."""

import socket

import pytest

from common.app_config import AppConfig
from config.address import Address, AddressError, ensure_free, find_address

OPEN = {"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}}


@pytest.mark.parametrize(
    ("data", "host", "port", "expected"),
    [
        pytest.param({}, None, None, ("0.0.0.0", 7007), id="Backstage's port, everywhere"),
        pytest.param(OPEN, None, None, ("127.0.0.1", 7007), id="only here where anybody may do anything"),
        pytest.param(OPEN, "0.0.0.0", None, ("0.0.0.0", 7007), id="unless a host is named"),
        pytest.param({"backend": {"listen": ":8080"}}, None, None, ("0.0.0.0", 8080), id="a port"),
        pytest.param({"backend": {"listen": "127.0.0.1:8080"}}, None, 9, ("127.0.0.1", 9), id="flags win"),
    ],
)
@pytest.mark.loopback
def test_finds_the_address(data, host, port, expected):
    found = find_address(AppConfig.from_dict(data), host=host, port=port)

    assert (found.host, found.port) == expected


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://localhost:7007/"),
        ("127.0.0.1", "http://localhost:7007/"),
        ("10.0.0.7", "http://10.0.0.7:7007/"),
        ("fd00::7", "http://[fd00::7]:7007/"),
    ],
)
def test_names_the_page_to_open(host, url):
    assert Address(host, 7007).page_url == url


@pytest.mark.loopback
def test_says_that_a_port_is_taken():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(AddressError) as raised:
            ensure_free(Address("127.0.0.1", port))

    assert str(raised.value) == (
        f"port {port} of 127.0.0.1 is in use by another program; stop that one, or name another port by --port"
    )


@pytest.mark.loopback
def test_a_server_that_shares_its_port_is_noticed_too():
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(AddressError):
            ensure_free(Address("127.0.0.1", taken.getsockname()[1]))


@pytest.mark.loopback
def test_says_that_a_host_is_unknown():
    with pytest.raises(AddressError) as raised:
        find_address(AppConfig.from_dict({}), host="no host", port=None)

    assert str(raised.value) == "cannot listen on 'no host': this machine knows no such host; name another by --host"


@pytest.mark.loopback
def test_says_that_an_address_belongs_to_another_machine():
    with pytest.raises(AddressError) as raised:
        ensure_free(Address("192.0.2.1", 7007))

    assert str(raised.value) == (
        "cannot listen on port 7007 of 192.0.2.1: Cannot assign requested address; name another by --host and --port"
    )


@pytest.mark.loopback
def test_names_the_page_under_https_where_that_is_configured():
    config = AppConfig.from_dict({"backend": {"https": {"certificate": {"cert": "c", "key": "k"}}}})

    assert find_address(config, host=None, port=None).page_url == "https://localhost:7007/"
