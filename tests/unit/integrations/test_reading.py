"""Plain URLs, on a transport that answers from a table instead of the network."""

import httpx
import pytest

from common.app_config import AppConfig
from common.errors import CallboardError, InputError, NotAllowedError, NotFoundError, NotModifiedError
from integrations.http.fetch import Fetcher, Request
from integrations.reading import ReadFile, ReadResult, SearchResult, UrlReader

ALLOW = [{"host": "example.com", "paths": ["/open"]}, {"host": "example.com:8443"}, {"host": "mirror.example.com"}]


class Server:
    """Answers by URL; everything else is 404. Remembers what it was asked."""

    def __init__(self, **answers):
        self.answers = {}
        self.requests = []

    def on(self, url, status=200, content=b"", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[url] = httpx.Response(status, content=content, headers=names)
        return self

    def __call__(self, request):
        self.requests.append(request)
        return self.answers.get(str(request.url), httpx.Response(404))


def make_reader(server, **config):
    data = {"backend": {"reading": {"allow": ALLOW}}, **config}
    return UrlReader(AppConfig.from_dict(data), transport=httpx.MockTransport(server))


def test_reads_a_file_with_what_the_next_read_needs():
    server = Server().on("https://example.com/open/a.yaml", content=b"kind: API", etag='"v1"')

    result = make_reader(server).read_url("https://example.com/open/a.yaml")

    assert result == ReadResult(b"kind: API", "https://example.com/open/a.yaml", '"v1"', None)
    assert "authorization" not in server.requests[0].headers


def test_finds_one_file_behind_a_plain_url():
    server = Server().on("https://example.com/open/a.yaml", content=b"x", etag='"v1"')

    found = make_reader(server).search("https://example.com/open/a.yaml")

    assert found == SearchResult([ReadFile("https://example.com/open/a.yaml", b"x")], '"v1"')


def test_a_missing_file_is_an_error_to_read_and_nothing_to_find():
    reader = make_reader(Server())

    assert reader.search("https://example.com/open/nope.yaml") == SearchResult([], None)
    with pytest.raises(NotFoundError) as caught:
        reader.read_url("https://example.com/open/nope.yaml")
    assert str(caught.value) == "could not read https://example.com/open/nope.yaml, 404 Not Found"


def test_an_unchanged_file_is_not_sent_again():
    server = Server().on("https://example.com/open/a.yaml", status=304)

    with pytest.raises(NotModifiedError):
        make_reader(server).search("https://example.com/open/a.yaml", etag='"v1"')

    assert server.requests[0].headers["if-none-match"] == '"v1"'


def test_not_modified_without_a_condition_is_an_error():
    server = Server().on("https://example.com/open/a.yaml", status=304)

    with pytest.raises(CallboardError) as caught:
        make_reader(server).search("https://example.com/open/a.yaml")

    assert str(caught.value) == "could not read https://example.com/open/a.yaml, 304 Not Modified"


def test_an_error_of_the_server_is_told():
    server = Server().on("https://example.com/open/a.yaml", status=503)

    with pytest.raises(CallboardError) as caught:
        make_reader(server).search("https://example.com/open/a.yaml")

    assert (caught.value.name, str(caught.value)) == (
        "Error",
        "could not read https://example.com/open/a.yaml, 503 Service Unavailable",
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example.com/a",
        "https://example.com/closed",
        "http://169.254.169.254/latest/meta-data",
        "ftp://example.com/open/a",
    ],
)
def test_what_nobody_allowed_is_refused_with_the_way_out(url):
    reader = make_reader(Server())
    message = (
        f"Reading from '{url}' is not allowed. You may need to configure an integration for the target host, or add it"
        " to the configured list of allowed hosts at 'backend.reading.allow'"
    )

    for attempt in (reader.search, reader.read_url, reader.allows):
        with pytest.raises(NotAllowedError) as caught:
            attempt(url)
        assert str(caught.value) == message


def test_what_is_no_url_is_refused():
    with pytest.raises(InputError) as caught:
        make_reader(Server()).search("not a url")

    assert str(caught.value).startswith("Invalid URL 'not a url'")


def test_patterns_need_a_git_target():
    with pytest.raises(InputError) as caught:
        make_reader(Server()).search("https://example.com/open/**/a.yaml")

    assert str(caught.value) == (
        "Unsupported search pattern URL 'https://example.com/open/**/a.yaml';"
        " patterns are for git targets, see docs/reading.md"
    )


def test_follows_redirects_within_what_is_allowed():
    server = (
        Server()
        .on("https://example.com/open/a", status=302, location="b?x=1")
        .on("https://example.com/open/b?x=1", status=308, location="//mirror.example.com/c")
        .on("https://mirror.example.com/c", content=b"x")
    )

    result = make_reader(server).read_url("https://example.com/open/a")

    assert (result.data, result.url) == (b"x", "https://example.com/open/a")


def test_gives_up_on_a_circle_of_redirects():
    server = Server().on("https://example.com/open/a", status=301, location="/open/a")

    with pytest.raises(CallboardError) as caught:
        make_reader(server).read_url("https://example.com/open/a")

    assert str(caught.value) == "Too many redirects (max 5) when reading https://example.com/open/a"
    assert len(server.requests) == 5


def test_a_redirect_that_is_none_is_an_error():
    server = Server().on("https://example.com/open/a", status=303, location="/open/b")

    with pytest.raises(CallboardError) as caught:
        make_reader(server).read_url("https://example.com/open/a")

    assert str(caught.value) == "could not read https://example.com/open/a, 303 See Other"


def test_the_limit_comes_from_the_configuration_or_the_caller():
    server = Server().on("https://example.com/open/a", content=b"x" * 11)
    reader = make_reader(server, callboard={"catalog": {"limits": {"maxBytes": 10}}})

    with pytest.raises(CallboardError) as caught:
        reader.search("https://example.com/open/a")
    assert str(caught.value) == (
        "Unable to read https://example.com/open/a, it has more than 10 bytes, which is the limit;"
        " split it, or raise callboard.catalog.limits.maxBytes"
    )
    assert reader.read_url("https://example.com/open/a", max_bytes=11).data == b"x" * 11


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://github.com/o/r", "names no file of a repository"),
        ("https://github.com/o/r/tree/main", "names no file of a repository"),
        ("https://github.com/o", "write it as a git target"),
    ],
)
def test_a_page_of_a_code_host_that_is_no_file_is_refused(url, message):
    with pytest.raises(InputError, match=message):
        make_reader(Server()).search(url)


def test_a_code_host_that_is_allowed_explicitly_is_read_plainly():
    server = Server().on("https://github.com/o/r/raw/main/a.yaml", content=b"x")
    config = AppConfig.from_dict({"backend": {"reading": {"allow": [{"host": "github.com"}]}}})

    reader = UrlReader(config, transport=httpx.MockTransport(server))

    assert reader.search("https://github.com/o/r/raw/main/a.yaml").files[0].data == b"x"


def test_authorization_goes_to_its_own_origin_only():
    server = (
        Server()
        .on("https://a.example.com/1", status=302, location="/2")
        .on("https://a.example.com/2", status=302, location="https://b.example.com/3")
        .on("https://b.example.com/3", status=302, location="http://a.example.com/4")
        .on("http://a.example.com/4", content=b"x")
    )
    fetcher = Fetcher(httpx.MockTransport(server), lambda url, text: None, seconds=5)

    fetcher.fetch(Request("https://a.example.com/1", authorization="Bearer secret"))

    assert [request.headers.get("authorization") for request in server.requests] == [
        "Bearer secret",
        "Bearer secret",
        None,
        None,
    ]
