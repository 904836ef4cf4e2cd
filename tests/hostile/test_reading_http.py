"""Attacks on the reading of plain URLs, one each."""

import gzip
import time
import tracemalloc

import pytest

from common.app_config import AppConfig
from common.errors import CallboardError, NotAllowedError
from integrations.http.addresses import Reach
from integrations.http.fetch import Fetcher, Request
from integrations.http.resolver import CheckedResolver
from integrations.http.transport import CheckedTransport
from integrations.reading import UrlReader
from tests.unit.integrations.loopback import http_server, port_of, raw_server

pytestmark = pytest.mark.loopback

SECRET = (200, {}, b"secret")


@pytest.fixture
def new_reader():
    """Makes readers and closes them."""
    readers = []

    def make(*rules, resolve=None, timeout="5s", max_bytes=1_000_000):
        data = {
            "backend": {"reading": {"allow": [rule if isinstance(rule, dict) else {"host": rule} for rule in rules]}},
            "callboard": {"reading": {"timeout": timeout}, "catalog": {"limits": {"maxBytes": max_bytes}}},
        }
        reader = UrlReader(AppConfig.from_dict(data), **({"resolve": resolve} if resolve else {}))
        readers.append(reader)
        return reader

    yield make
    for reader in readers:
        reader.close()


def refusal(reader, url):
    with pytest.raises(NotAllowedError) as caught:
        reader.search(url)
    return str(caught.value)


def failure(reader, url):
    with pytest.raises(CallboardError) as caught:
        reader.search(url)
    return str(caught.value)


def test_a_redirect_to_a_host_that_is_not_allowed_is_not_followed(new_reader):
    with http_server(lambda request: SECRET) as internal:
        inside = f"http://127.0.0.1:{port_of(internal)}/admin"
        with http_server(lambda request: (302, {"Location": inside}, b"")) as server:
            reader = new_reader(f"127.0.0.1:{port_of(server)}")

            message = refusal(reader, f"http://127.0.0.1:{port_of(server)}/a")

    assert message == f"URL not allowed by backend.reading.allow configuration: {inside}"
    assert internal.seen == []


def test_a_redirect_out_of_the_allowed_paths_is_not_followed(new_reader):
    with http_server(lambda request: (302, {"Location": "/open/%2e%2e/secret"}, b"")) as server:
        host = f"127.0.0.1:{port_of(server)}"

        message = refusal(new_reader({"host": host, "paths": ["/open"]}), f"http://{host}/open/a")

    assert message == f"URL not allowed by backend.reading.allow configuration: http://{host}/secret"
    assert [path for _, path, _ in server.seen] == ["/open/a"]


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x"])
def test_a_redirect_to_another_scheme_is_not_followed(new_reader, location):
    with http_server(lambda request: (302, {"Location": location}, b"")) as server:
        host = f"127.0.0.1:{port_of(server)}"

        assert f"Reading from '{location}' is not allowed" in refusal(new_reader(host, "127.0.0.1"), f"http://{host}/a")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "gopher://127.0.0.1/x", "data:,kind: API", "javascript:alert(1)"]
)
def test_only_http_is_spoken(new_reader, url):
    assert refusal(new_reader("127.0.0.1"), url).startswith(f"Reading from '{url}' is not allowed")


@pytest.mark.parametrize(
    ("url", "hostname"),
    [
        ("http://169.254.169.254/latest/meta-data", "169.254.169.254"),
        ("http://2852039166/latest/meta-data", "169.254.169.254"),
        ("http://0xA9.0xFE.43518/latest", "169.254.169.254"),
        ("http://%31%36%39.254.169.254/", "169.254.169.254"),
        ("http://①⑥⑨.254.169.254/", "169.254.169.254"),
        ("http://[::ffff:169.254.169.254]/", "[::ffff:a9fe:a9fe]"),
        ("http://[fd00:ec2::254]/", "[fd00:ec2::254]"),
        ("http://[fe80::1]/", "[fe80::1]"),
        ("http://100.100.100.200/", "100.100.100.200"),
        ("http://0/", "0.0.0.0"),
        ("http://239.255.255.250/", "239.255.255.250"),
    ],
)
def test_metadata_and_link_local_addresses_are_never_read_even_if_allowed(new_reader, url, hostname):
    message = refusal(new_reader(hostname), url)

    assert message.startswith(f"Reading from '{url}' is not allowed: the host '{hostname}' has the address ")
    assert message.endswith(", which is link-local, reserved or a metadata service")


def test_a_name_that_points_to_a_metadata_service_is_refused(new_reader):
    reader = new_reader("example.com", resolve=lambda hostname: ["169.254.169.254"])

    assert "has the address 169.254.169.254" in refusal(reader, "http://example.com/latest/meta-data")


def test_a_name_that_only_a_wildcard_allows_cannot_point_to_this_machine(new_reader):
    with http_server(lambda request: SECRET) as server:
        reader = new_reader(f"*.example.com:{port_of(server)}", resolve=lambda hostname: ["127.0.0.1"])

        message = refusal(reader, f"http://evil.example.com:{port_of(server)}/")

    assert "has the loopback address 127.0.0.1; to allow that, name it itself, without a wildcard," in message
    assert server.seen == []


def test_what_was_checked_is_what_is_connected_to(new_reader):
    """DNS rebinding: a name that gives a harmless address when asked first, and another one afterwards."""
    answers = [["127.0.0.1"], ["169.254.169.254"]]
    asked = []

    def rebind(hostname):
        asked.append(hostname)
        return answers[len(asked) - 1]

    with http_server(lambda request: (200, {"Connection": "close"}, b"kind: API")) as server:
        url = f"http://rebind.example.com:{port_of(server)}/a"
        reader = new_reader(f"rebind.example.com:{port_of(server)}", resolve=rebind)

        first = reader.search(url)
        second = refusal(reader, url)

    assert first.files[0].data == b"kind: API"
    assert server.seen[0][2]["Host"] == f"rebind.example.com:{port_of(server)}"
    assert "169.254.169.254" in second
    assert asked == ["rebind.example.com", "rebind.example.com"]


def test_credentials_in_a_url_are_refused_and_not_repeated(new_reader):
    with http_server(lambda request: SECRET) as server:
        host = f"127.0.0.1:{port_of(server)}"

        message = refusal(new_reader(host), f"http://alice:s3cret@{host}/a")

    assert "it holds a user name or password" in message
    assert "s3cret" not in message
    assert server.seen == []


def test_a_host_before_an_at_sign_is_no_host(new_reader):
    assert "it holds a user name or password" in refusal(new_reader("evil.com"), "http://127.0.0.1@evil.com/")
    assert "is not allowed" in refusal(new_reader("example.com"), "http://example.com@127.0.0.1/")
    assert "is not allowed" in refusal(new_reader("example.com"), "http://evil.com\\@example.com/")


@pytest.mark.parametrize(
    "path", ["/open/..%2fsecret", "/open/%252e%252e/secret", "/open/..%5csecret", "/open/%2e%2e%2fsecret"]
)
def test_dot_segments_that_the_server_would_decode_are_refused(new_reader, path):
    with http_server(lambda request: SECRET) as server:
        host = f"127.0.0.1:{port_of(server)}"

        message = refusal(new_reader({"host": host, "paths": ["/open"]}), f"http://{host}{path}")

    assert message == f"Reading from 'http://{host}{path}' is not allowed: its path hides '.' or '..' segments"
    assert server.seen == []


def test_a_line_break_in_a_url_adds_no_header(new_reader):
    with http_server(lambda request: (200, {}, b"x")) as server:
        host = f"127.0.0.1:{port_of(server)}"

        new_reader(host).search(f"http://{host}/a\r\nX-Evil: 1", etag="a\r\nX-Evil: 2")

    assert [(path, "X-Evil" in headers) for _, path, headers in server.seen] == [("/aX-Evil:%201", False)]


def test_a_gzip_bomb_is_refused_in_little_memory(new_reader):
    bomb = gzip.compress(bytes(50_000_000), compresslevel=9)
    with http_server(lambda request: (200, {"Content-Encoding": "gzip"}, bomb)) as server:
        host = f"127.0.0.1:{port_of(server)}"
        reader = new_reader(host)
        tracemalloc.start()

        message = failure(reader, f"http://{host}/bomb")

        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert "it has more than 1000000 bytes, which is the limit" in message
    assert peak < 10_000_000


def test_an_endless_body_is_refused_at_the_limit(new_reader):
    def talk(connection, done):
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not done.is_set():
            connection.sendall(bytes(65536))

    with raw_server(talk) as port:
        message = failure(new_reader(f"127.0.0.1:{port}"), f"http://127.0.0.1:{port}/endless")

    assert "it has more than 1000000 bytes, which is the limit" in message


def test_a_body_that_is_announced_too_large_is_not_read(new_reader):
    def talk(connection, done):
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n")
        done.wait(5)

    with raw_server(talk) as port:
        started = time.monotonic()
        message = failure(new_reader(f"127.0.0.1:{port}"), f"http://127.0.0.1:{port}/large")

    assert "it has more than 1000000 bytes, which is the limit" in message
    assert time.monotonic() - started < 4


def drip(first, piece):
    def talk(connection, done):
        connection.sendall(first)
        while not done.wait(0.02):
            connection.sendall(piece)

    return talk


@pytest.mark.parametrize(
    "talk",
    [
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        drip(b"HTTP/1.1 200 OK\r\n", b"x"),
        drip(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"),
        drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        lambda connection, done: done.wait(5),
    ],
    ids=["body", "chunks", "header", "headers", "continue", "silence"],
)
def test_a_server_that_drips_is_left_when_the_time_is_over(new_reader, talk):
    with raw_server(talk) as port:
        url = f"http://127.0.0.1:{port}/slow"
        started = time.monotonic()

        message = failure(new_reader(f"127.0.0.1:{port}", timeout="300ms"), url)

    assert message == f"Unable to read {url}, it took longer than 0.3 s"
    assert time.monotonic() - started < 4


def test_redirects_share_one_allowance_of_time(new_reader):
    def answer(request):
        time.sleep(0.15)
        return 302, {"Location": "/again"}, b""

    with http_server(answer) as server:
        host = f"127.0.0.1:{port_of(server)}"

        message = failure(new_reader(host, timeout="300ms"), f"http://{host}/a")

    assert message == f"Unable to read http://{host}/again, it took longer than 0.3 s"


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nX-Large: " + b"x" * 300_000 + b"\r\n\r\n",
        b"this is not HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"",
    ],
    ids=["large header", "no protocol", "negative length", "bad chunk", "short body", "nothing"],
)
def test_broken_answers_are_errors_that_name_the_url(new_reader, answer):
    with raw_server(lambda connection, done: connection.sendall(answer)) as port:
        url = f"http://127.0.0.1:{port}/broken"

        assert failure(new_reader(f"127.0.0.1:{port}"), url).startswith(f"Unable to read {url}, ")


def test_a_token_does_not_follow_a_redirect_to_another_host():
    with http_server(lambda request: (200, {}, b"x")) as thief:
        target = f"http://127.0.0.1:{port_of(thief)}/take"
        with http_server(lambda request: (302, {"Location": target}, b"")) as server:
            transport = CheckedTransport(CheckedResolver(lambda hostname, port: Reach.LOOPBACK))
            fetcher = Fetcher(transport, lambda url, text: None, seconds=5)
            fetcher.fetch(Request(f"http://127.0.0.1:{port_of(server)}/a", authorization="Bearer s3cret"))
            fetcher.close()

    assert server.seen[0][2]["Authorization"] == "Bearer s3cret"
    assert "Authorization" not in thief.seen[0][2]


def test_proxies_of_the_environment_are_not_used(new_reader, monkeypatch):
    with http_server(lambda request: SECRET) as proxy, http_server(lambda request: (200, {}, b"x")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port_of(proxy)}")
        host = f"127.0.0.1:{port_of(server)}"

        found = new_reader(host).search(f"http://{host}/a")

    assert found.files[0].data == b"x"
    assert proxy.seen == []


def test_a_url_without_end_is_refused_in_a_short_message(new_reader):
    with pytest.raises(CallboardError) as caught:
        new_reader("127.0.0.1").search("http://127.0.0.1/" + "a" * 1_000_000)

    assert len(str(caught.value)) < 300
