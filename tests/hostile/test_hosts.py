"""Attacks on how repositories are read from code hosts, one each: by the host, by who is between, by a repository."""

import gzip
import io
import stat
import tarfile
import time
import tracemalloc
import zipfile

import httpx
import pytest

from common.errors import CallboardError, InputError
from integrations.archive.tar_stream import CutOffError, StreamLimits, read_tar_stream
from integrations.archive.zip_list import read_zip_list
from integrations.hosts.api import HostApi
from integrations.hosts.credentials import bearer
from integrations.hosts.errors import HostRefusedError, HostSilentError, TooLargeError
from integrations.hosts.open import open_host
from integrations.hosts.repository import HostRepository
from integrations.hosts.transport import reach_from, transport_of
from integrations.http.addresses import Reach
from integrations.scm.github import GithubIntegration
from tests.fakes.server import FakeServer, Response
from tests.fakes.wire.archives import tar_gz
from tests.fakes.wire.github import WireGithub
from tests.fakes.wire.gitlab import WireGitlab
from tests.unit.integrations.loopback import raw_server

pytestmark = pytest.mark.loopback

SECRETS = ("authorization", "private-token", "cookie")
COMMIT = "a" * 40


@pytest.fixture
def github():
    with WireGithub() as server:
        server.repositories.add("acme", "shop")
        yield server


@pytest.fixture
def other():
    with FakeServer(lambda request: Response(200, b"[]")) as server:
        yield server


def open_github(github, **more):
    return open_host(github.integration(**more), "acme", pause=lambda seconds: None)


def shop(full_name="acme/shop", branch="main"):
    return HostRepository(full_name, "https://code.example.com/acme/shop", branch, "1", id="1000")


def redirecting(github, location):
    """All archives are elsewhere."""
    github.answer = lambda request: Response(302, headers={"Location": location})
    return open_github(github)


def everything(path):
    return True


# Where credentials go.


def test_a_redirect_of_the_api_is_not_followed(github, other):
    github.answer = lambda request: Response(302, headers={"Location": f"{other.url}/api/v3/orgs/acme/repos"})

    with pytest.raises(HostRefusedError):
        open_github(github).list_repositories("acme")

    assert other.requests == []


def test_the_link_to_the_next_page_is_not_followed(github, other):
    github.repositories.generate("acme", 150)
    with WireGithub() as liar:
        liar.repositories = github.repositories
        liar._page = lambda request, rows, total: Response.of(rows, Link=f'<{other.url}/repos?page=2>; rel="next"')
        host = open_github(liar)

        with pytest.raises(CallboardError):
            host.list_repositories("acme")

    assert other.requests == []


def test_an_archive_elsewhere_is_read_without_credentials():
    data = tar_gz("shop-main", {"catalog-info.yaml": b"kind: API"}, commit=COMMIT)
    with FakeServer(lambda request: Response(200, data)) as store, WireGitlab() as gitlab:
        gitlab.answer = lambda request: Response(302, headers={"Location": f"{store.url}/shop.tar.gz?signature=x"})
        host = open_host(gitlab.integration(baseUrl=store.url))

        content = host.read_content(shop(), everything)

        assert content.files == {"catalog-info.yaml": b"kind: API"}
        assert gitlab.requests[0].headers["private-token"] == "token"
        assert not set(SECRETS) & set(store.requests[0].headers)


def test_even_on_the_same_host_an_archive_elsewhere_is_read_without_credentials(github):
    host = open_github(github)

    host.read_content(shop(), everything)

    api, archive = github.requests
    assert api.headers["authorization"] == "Bearer token"
    assert not set(SECRETS) & set(archive.headers)


@pytest.mark.parametrize(
    ("location", "message"),
    [
        ("http://169.254.169.254/latest/meta-data", "link-local, reserved or a metadata service"),
        ("http://[::ffff:169.254.169.254]/", "link-local, reserved or a metadata service"),
        ("http://10.0.0.1/x", "has the private address 10.0.0.1"),
        ("http://127.0.0.1:1/x", "has the loopback address 127.0.0.1"),
        ("file:///etc/passwd", "is not allowed"),
        ("ftp://127.0.0.1/x", "is not allowed"),
        ("http://user:password@localhost/x", "holds a user name or password"),
        ("/%2e%2e/%252e%252e/admin", "hides '.' or '..' segments"),
        ("http://", "redirects to 'http://', which is no URL"),
    ],
)
def test_an_archive_is_not_looked_for_just_anywhere(github, location, message):
    host = redirecting(github, f"{location}?token=K3Y")

    with pytest.raises(CallboardError) as caught:
        host.read_content(shop(), everything)

    assert message in str(caught.value)
    assert "password@" not in str(caught.value)
    assert "K3Y" not in str(caught.value)
    assert len(github.requests) == 1


def test_an_archive_on_another_port_of_this_machine_is_not_read(github, other):
    host = redirecting(github, f"{other.url}/secret")

    with pytest.raises(CallboardError, match="has the loopback address"):
        host.read_content(shop(), everything)

    assert other.requests == []


@pytest.mark.parametrize(
    ("hostname", "port", "reach"),
    [
        ("ghe.example.com", 443, Reach.LOOPBACK),
        ("codeload.ghe.example.com", 443, Reach.PRIVATE),
        ("ghe.example.com", 8080, Reach.PUBLIC),
        ("evilghe.example.com", 443, Reach.PUBLIC),
        ("ghe.example.com.evil.example", 443, Reach.PUBLIC),
        ("example.com", 443, Reach.PUBLIC),
        ("github.com", 443, Reach.PUBLIC),
    ],
)
def test_how_near_an_address_may_be_follows_from_whose_host_it_is(hostname, port, reach):
    integration = GithubIntegration("ghe.example.com", api_base_url="https://ghe.example.com/api/v3")

    assert reach_from(integration)(hostname, port) == reach


def test_a_host_that_nobody_configured_has_public_addresses_only():
    integration = GithubIntegration("github.com", is_default=True, api_base_url="https://api.github.com")

    for hostname in ("github.com", "api.github.com", "codeload.github.com"):
        assert reach_from(integration)(hostname, 443) == Reach.PUBLIC


def test_redirects_of_archives_end(github):
    host = redirecting(github, f"{github.url}/again")

    with pytest.raises(HostSilentError, match="redirects more than 4 times"):
        host.read_content(shop(), everything)

    assert len(github.requests) == 3 * 5


def test_what_was_encrypted_stays_so():
    class Redirecting:
        def handle_request(self, request):
            assert request.url.scheme == "https"
            return httpx.Response(302, headers={"Location": "http://code.example.com/x"}, stream=httpx.ByteStream(b""))

    api = HostApi("code.example.com", "https://code.example.com/api", transport=Redirecting(), credentials=bearer("t"))

    with pytest.raises(CallboardError, match=r"redirects to 'http://code\.example\.com/x', which is not encrypted"):
        api.download("x", read=list, max_bytes=10)


def test_a_token_never_appears_in_a_message(github):
    github.answer = lambda request: Response.of({"message": f"Bad token {request.headers['authorization']}"}, 401)

    with pytest.raises(HostRefusedError) as caught:
        open_github(github, token="ghp_very-s3cret").list_repositories("acme")

    assert "s3cret" not in str(caught.value)
    assert "Bad token ***" in str(caught.value)


def test_a_token_with_a_line_end_makes_no_header_and_no_message(github):
    with pytest.raises(CallboardError, match="hold characters that none may have") as caught:
        open_github(github, token="ghp\r\nX-Admin: s3cret").list_repositories("acme")

    assert "s3cret" not in str(caught.value)
    assert github.requests == []


def test_a_kept_etag_makes_no_header(github):
    host = open_github(github)
    state = host.list_repositories("acme").state
    state["pages"][0]["etag"] = '"x"\r\nX-Admin: yes'
    github.reset_counts()

    host.list_repositories("acme", state=state)

    assert "if-none-match" not in github.requests[0].headers


# Names that lead elsewhere.


@pytest.mark.parametrize(
    "name", ["..", "acme/..", "acme/%2e%2e", "acme/..%2f..%2fadmin", "acme/..%252f..%252fuser", ""]
)
def test_a_name_with_dot_segments_is_not_asked_for(github, name):
    with pytest.raises(InputError, match="cannot be part of an address"):
        open_github(github).find_repository(name)

    assert github.requests == []


@pytest.mark.parametrize("scope", ["..", "../../user", "%2e%2e%2fadmin", "acme/%2e%2e"])
def test_a_group_with_dot_segments_is_not_asked_for(scope):
    with WireGitlab() as gitlab:
        with pytest.raises(InputError, match="cannot be part of an address"):
            open_host(gitlab.integration()).list_repositories(scope)

        assert gitlab.requests == []


@pytest.mark.parametrize("ref", ["../../../user", "x/../../admin", "%2e%2e%2f%2e%2e"])
def test_a_ref_with_dot_segments_is_not_asked_for(github, ref):
    with pytest.raises(InputError, match="cannot be part of an address"):
        open_github(github).read_content(shop(), everything, ref=ref)

    assert github.requests == []


def test_a_host_cannot_give_a_repository_the_address_of_another_host(github):
    row = github._row(github.repositories["acme/shop"])
    for said in ("https://evil.example.com/acme/shop", "javascript:alert(1)", "", f"{github.url}@evil.example.com/x"):
        github.answer = lambda request, said=said: Response.of([{**row, "html_url": said}])

        (found,) = open_github(github).list_repositories("acme").repositories

        assert found.url == f"https://{github.host}/acme/shop"


def test_a_hostile_name_from_the_host_is_not_asked_for(github):
    row = github._row(github.repositories["acme/shop"])
    github.answer = lambda request: Response.of([{**row, "full_name": "acme/../../app/installations"}])
    host = open_github(github)
    (found,) = host.list_repositories("acme").repositories

    with pytest.raises(InputError):
        host.read_content(found, everything)

    assert len(github.requests) == 1


@pytest.mark.parametrize("rows", [[1], {"a": 1}, [None], [[]], [{"full_name": 7}], [{}], [{"full_name": "a/b"}], "x"])
def test_an_answer_of_another_shape_is_an_error_and_no_empty_list(github, rows):
    github.answer = lambda request: Response.of(rows)

    with pytest.raises(HostSilentError):
        open_github(github).list_repositories("acme")


def test_an_answer_nested_without_end_is_an_error(github):
    github.answer = lambda request: Response(200, b"[" * 1_000_000)

    with pytest.raises(HostSilentError):
        open_github(github).list_repositories("acme")


# Answers that do not end.


def small_api(port, **more):
    integration = GithubIntegration("127.0.0.1", base_urls=(f"http://127.0.0.1:{port}",))
    more = {"transport": transport_of(integration), "pause": lambda seconds: None, **more}
    return HostApi("127.0.0.1", f"http://127.0.0.1:{port}", **more)


def drip(connection, done):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not done.wait(0.02):
        connection.sendall(b" ")


def flood(connection, done):
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not done.is_set():
        connection.sendall(b"x" * 65536)


def continue_for_ever(connection, done):
    while not done.wait(0.001):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


def send_huge_headers(connection, done):
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"x" * 10_000_000)


def send_many_headers(connection, done):
    connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-A: x\r\n" * 1_000_000 + b"\r\n")


def send_nonsense(connection, done):
    connection.sendall(b"SSH-2.0-OpenSSH\r\n")


@pytest.mark.parametrize("talk", [drip, continue_for_ever])
@pytest.mark.parametrize("kind", ["answer", "download"])
def test_a_server_that_drips_is_left(talk, kind):
    with raw_server(talk) as port:
        api = small_api(port, answer_seconds=0.3, download_seconds=0.3)
        start = time.monotonic()
        with pytest.raises(HostSilentError, match="did not answer in time"):
            api.get("x") if kind == "answer" else api.download("x", read=b"".join, max_bytes=10_000)

        assert time.monotonic() - start < 3


@pytest.mark.parametrize(
    "ask",
    [
        lambda api: api.get("x", max_bytes=1_000_000),
        lambda api: api.download("x", read=b"".join, max_bytes=1_000_000),
    ],
)
def test_a_body_without_an_end_is_cut_off(ask):
    with raw_server(flood) as port:
        tracemalloc.start()
        try:
            with pytest.raises(TooLargeError, match="answered with more than 1000000 bytes"):
                ask(small_api(port))
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak < 8_000_000


@pytest.mark.parametrize("talk", [send_huge_headers, send_many_headers, send_nonsense])
def test_headers_without_an_end_are_no_answer(talk):
    with raw_server(talk) as port, pytest.raises(HostSilentError, match="gave no usable answer"):
        small_api(port).get("x")


def test_a_packed_answer_does_not_fill_the_memory(github):
    bomb = gzip.compress(b" " * 200_000_000, 1)
    github.answer = lambda request: Response(200, bomb, {"Content-Encoding": "gzip"})

    with pytest.raises(TooLargeError):
        open_github(github).list_repositories("acme")


# Archives.


def packed(*entries, commit=COMMIT):
    """``entries`` are pairs of TarInfo and content."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", pax_headers={"comment": commit}) as archive:
        for info, data in entries:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), 1)


def entry(name, data=b"", type_=tarfile.REGTYPE, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = type_, target
    return info, data


def look(data, wanted=everything, limits=None, size=65536):
    chunks = (data[start : start + size] for start in range(0, len(data), size))
    return read_tar_stream(chunks, wanted, "The repository acme/shop", limits)


def test_what_is_no_plain_file_is_not_there():
    listed = look(
        packed(
            entry("top/good.yaml", b"kind: API"),
            entry("top/link.yaml", type_=tarfile.SYMTYPE, target="/etc/passwd"),
            entry("top/hard.yaml", type_=tarfile.LNKTYPE, target="top/good.yaml"),
            entry("top/device.yaml", type_=tarfile.CHRTYPE),
            entry("top/pipe.yaml", type_=tarfile.FIFOTYPE),
            entry("top/../../etc/passwd", b"x"),
            entry("/etc/passwd", b"x"),
            entry("other/catalog-info.yaml", b"x"),
            entry("top/a//b.yaml", b"x"),
            entry("top/a\\..\\b.yaml", b"x"),
            entry("top/nul\x01.yaml", b"x"),
            entry("top/" + "d/" * 200 + "deep.yaml", b"x"),
        )
    )

    assert listed.paths == ("good.yaml",)
    assert listed.files == {"good.yaml": b"kind: API"}


def test_a_second_file_of_the_same_name_does_not_take_its_place():
    listed = look(packed(entry("top/a.yaml", b"first"), entry("top/a.yaml", b"second")))

    assert (listed.paths, listed.files) == (("a.yaml",), {"a.yaml": b"first"})


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (StreamLimits(unpacked_bytes=10_000_000), "has much more in it than the limit allows"),
        (StreamLimits(entries=10), "has more than 10 files and folders"),
        (StreamLimits(kept_bytes=1000), "has more than 1000 bytes in the files that are read of it"),
    ],
)
def test_bombs(limits, message):
    files = [entry(f"top/{number}", b"\0" * 2_000_000) for number in range(20)]

    with pytest.raises(InputError, match=message):
        look(packed(*files), limits=limits)


def test_a_large_file_that_is_wanted_is_left_out_and_the_others_are_read():
    listed = look(packed(entry("top/big", b"x" * 100), entry("top/small", b"x")), limits=StreamLimits(file_bytes=50))

    assert (listed.paths, listed.files) == (("big", "small"), {"small": b"x"})


@pytest.mark.parametrize(
    "type_", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK]
)
def test_a_header_as_large_as_the_archive_does_not_fill_the_memory(type_):
    info = tarfile.TarInfo("top/x")
    info.type, info.size = type_, 400_000_000
    data = gzip.compress(info.tobuf() + b"\0" * info.size, 1)

    tracemalloc.start()
    try:
        with pytest.raises(CutOffError, match="it has a header that is too large"):
            look(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 8_000_000


def test_an_archive_that_ends_anywhere_too_early_is_not_whole():
    data = packed(*(entry(f"top/{number}.yaml", b"kind: API") for number in range(20)))

    for end in range(0, len(data), 7):
        with pytest.raises(CutOffError):
            look(data[:end])


def test_a_tar_archive_that_ends_too_early_is_not_whole_though_its_packing_is():
    whole = gzip.decompress(packed(*(entry(f"top/{number}.yaml", b"kind: API") for number in range(3))))
    end = whole.rindex(b"kind: API") + 512

    for length in range(512, end, 512):
        with pytest.raises(CutOffError):
            look(gzip.compress(whole[:length]))


def test_a_damaged_header_does_not_hide_what_comes_after_it():
    whole = bytearray(gzip.decompress(packed(*(entry(f"top/{number}.yaml", b"kind: API") for number in range(3)))))
    whole[whole.index(b"top/1.yaml") + 148] ^= 0xFF

    with pytest.raises(CutOffError):
        look(gzip.compress(bytes(whole)))


def test_a_damaged_archive_is_noticed():
    data = bytearray(packed(entry("top/catalog-info.yaml", b"kind: API " * 1000)))
    data[-6] ^= 1

    with pytest.raises(CutOffError):
        look(bytes(data))


@pytest.mark.parametrize(
    "data", [b"", b"<html>Sign in</html>", b"\x1f\x8b", gzip.compress(b"", mtime=0), gzip.compress(b"x" * 99, mtime=0)]
)
def test_what_is_no_archive_is_none(data):
    with pytest.raises(CutOffError):
        look(data)


@pytest.mark.parametrize("fault", ["truncated", "garbage", "cut"])
def test_a_repository_whose_archive_is_not_whole_fails(github, fault):
    host = open_github(github)
    github.fail(fault, "_codeload", times=99)

    with pytest.raises(HostSilentError):
        host.read_content(shop(), everything)

    assert len([request for request in github.requests if "_codeload" in request.path]) == 3


def test_an_archive_that_breaks_the_limits_is_put_aside_for_single_files(github, monkeypatch):
    monkeypatch.setattr("integrations.hosts.content.StreamLimits", lambda **more: StreamLimits(entries=1))
    host = open_github(github)

    content = host.read_content(shop(), lambda path: path == "catalog-info.yaml")

    assert content.commit == github.repositories["acme/shop"].commit
    assert set(content.files) == {"catalog-info.yaml"}
    assert [path.partition("?")[0].rpartition("/")[0] for path in github.asked][:2] == [
        "GET /repos/acme/shop/tarball",
        "GET /repos/acme/shop/commits",
    ]


def zip_of(*entries):
    """``entries`` are names, or ZipInfo, with content."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, data in entries:
            archive.writestr(info, data)
    return raw.getvalue()


def linked(name):
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return info


def look_into_zip(data, limits=None):
    return read_zip_list(data, everything, "The repository acme/shop", limits)


def test_what_is_no_plain_file_is_not_there_in_a_zip_archive_either():
    listed = look_into_zip(
        zip_of(
            ("/good.yaml", "kind: API"),
            (linked("link.yaml"), "/etc/passwd"),
            ("../../etc/passwd", "x"),
            ("a/../b.yaml", "x"),
            ("folder/", ""),
            ("good.yaml", "second"),
            ("a\\..\\b.yaml", "x"),
        )
    )

    assert (listed.paths, listed.files) == (("good.yaml",), {"good.yaml": b"kind: API"})


def test_a_zip_archive_that_lies_about_a_size_does_not_fill_the_memory():
    """It says that the file has 10 bytes, in both places."""
    data = zip_of(("bomb", b"\0" * 50_000_000)).replace((50_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))

    tracemalloc.start()
    try:
        with pytest.raises(CutOffError):
            look_into_zip(data, StreamLimits(file_bytes=1_000_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 8_000_000


@pytest.mark.parametrize(
    ("limits", "message"),
    [
        (StreamLimits(entries=5), "has more than 5 files and folders"),
        (StreamLimits(kept_bytes=1000), "has more than 1000 bytes in the files read of it"),
    ],
)
def test_zip_bombs(limits, message):
    data = zip_of(*((f"{number}", b"\0" * 500) for number in range(20)))

    with pytest.raises(InputError, match=message):
        look_into_zip(data, limits)


def test_a_large_file_in_a_zip_archive_is_left_out():
    listed = look_into_zip(zip_of(("big", "x" * 100), ("small", "x")), StreamLimits(file_bytes=50))

    assert (listed.paths, listed.files) == (("big", "small"), {"small": b"x"})


def test_a_zip_archive_that_is_not_whole_is_none():
    data = zip_of(*((f"{number}.yaml", "kind: API") for number in range(5)))

    for end in range(0, len(data) - 1, 11):
        with pytest.raises(CutOffError):
            look_into_zip(data[:end])
