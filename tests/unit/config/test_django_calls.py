"""From Granian's view of a request to Django's, and back."""

import asyncio
import threading

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path

from common.held_response import HeldResponse
from config.django_calls import DjangoCalls, build_environ
from tests.unit.config.rsgi_doubles import Headers, Protocol, Scope, StreamTransport

pieces_closed = threading.Event()


def echo(request):
    text = f"{request.method} {request.get_full_path()} {request.META['REMOTE_ADDR']} {request.body.decode()}"
    response = HttpResponse(text, content_type="text/plain")
    response["X-Header"] = request.headers.get("X-Header", "none")
    response.set_cookie("one", "1")
    response.set_cookie("two", "2")
    return response


def nothing(request):
    return HttpResponse(status=204)


def pieces(request):
    pieces_closed.clear()

    def produce():
        try:
            yield from (b"a", b"b", b"c")
        finally:
            pieces_closed.set()

    return StreamingHttpResponse(produce())


def held(request):
    async def hold(protocol, *, headers):
        protocol.response_bytes(200, headers, b"held")

    return HeldResponse(hold, headers={"X-Kind": "held"})


urlpatterns = [path("echo", echo), path("nothing", nothing), path("pieces", pieces), path("held", held)]
handler500 = "common.exception_handler.handler500"


@pytest.fixture(autouse=True)
def _these_urls(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []


def call(scope, body=b"", *, protocol=None, lines=None):
    protocol = protocol or Protocol()

    async def run():
        loop = asyncio.get_running_loop()
        calls = DjangoCalls(
            threads=1, loop=loop, write_log=lambda *line: lines.append(line) if lines is not None else None
        )
        done = loop.create_future()
        assert calls.submit(scope, protocol, body, lambda held: loop.call_soon_threadsafe(done.set_result, held))
        if hold := await done:
            assert protocol.answer is None
            await hold(protocol)

    asyncio.run(run())
    return protocol.answer


def test_calls_a_view_with_what_was_asked():
    scope = Scope("/echo", "POST", query_string="a=%20b", headers=Headers([("x-header", "1"), ("x-header", "2")]))

    status, headers, body = call(scope, b"sent")

    assert (status, body) == (200, b"POST /echo?a=%20b 10.0.0.9 sent")
    assert headers["x-header"] == "1,2"
    assert headers["content-type"] == "text/plain"


def test_sends_an_answer_without_a_body():
    assert call(Scope("/nothing"))[::2] == (204, b"")


def test_sends_a_stream_piece_by_piece():
    assert call(Scope("/pieces"))[::2] == (200, [b"a", b"b", b"c"])


def test_stops_a_stream_when_the_client_is_gone():
    call(Scope("/pieces"), protocol=Protocol(transport=StreamTransport(breaks_after=1)))

    assert pieces_closed.is_set()


def test_hands_back_what_is_to_be_held():
    lines = []
    status, headers, body = call(Scope("/held"), lines=lines)

    assert (status, headers["x-kind"], body) == (200, "held", b"held")
    assert [line[:3] for line in lines] == [("GET", "/held", 200)]


def test_lets_no_more_wait_than_it_may():
    async def run():
        calls = DjangoCalls(threads=0, loop=asyncio.get_running_loop(), most_waiting=2)
        return [calls.submit(Scope("/echo"), Protocol(), b"", lambda held: None) for _ in range(3)]

    assert asyncio.run(run()) == [True, True, False]


def test_answers_also_what_it_cannot_understand(caplog):
    assert call(Scope(client=None))[::2] == (500, b"")
    assert [record.message for record in caplog.records] == ["a request broke off"]


def test_writes_one_line_without_the_query():
    lines = []
    call(Scope("/echo", query_string="token=secret"), lines=lines)

    [(method, path_, status, seconds, trace_id)] = lines
    assert (method, path_, status) == ("GET", "/echo", 200)
    assert 0 < seconds < 5
    assert len(trace_id) == 32


def test_drops_headers_that_could_pass_for_others():
    environ = build_environ(Scope(headers=Headers([("x_forwarded_user", "root"), ("x-forwarded-user", "me")])), b"")

    assert environ["HTTP_X_FORWARDED_USER"] == "me"


def test_takes_the_length_from_the_body_that_came():
    environ = build_environ(Scope(headers=Headers([("content-length", "99"), ("content-type", "text/x")])), b"four")

    assert (environ["CONTENT_LENGTH"], environ["CONTENT_TYPE"]) == ("4", "text/x")
    assert environ["wsgi.input"].read() == b"four"
    assert "HTTP_CONTENT_LENGTH" not in environ


@pytest.mark.parametrize("text", ["/café", "/\x00", "/a/b", "/\ufffd"])
def test_keeps_every_path(text):
    assert build_environ(Scope(text), b"")["PATH_INFO"].encode("latin-1").decode() == text


def test_the_host_of_http2_is_the_host():
    assert build_environ(Scope(authority="a.example:7007"), b"")["HTTP_HOST"] == "a.example:7007"
