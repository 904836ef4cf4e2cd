"""One account at one code host's API: retries, limits, errors and paging."""

import json
import time

import httpx
import pytest
from prometheus_client import REGISTRY

from common.errors import InputError, NotFoundError
from integrations.hosts.api import HostApi, pause
from integrations.hosts.credentials import bearer
from integrations.hosts.errors import HostRefusedError, HostSilentError, RateLimitedError, TooLargeError
from integrations.hosts.pages import Page

BASE = "https://api.example.com/v3"
NOW = 1_800_000_000.0


class Wire(httpx.BaseTransport):
    """Gives one answer after the other; the last one again and again."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.requests = []

    def handle_request(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def ok(value=None, **headers):
    return httpx.Response(200, content=json.dumps(value), headers=headers)


def said(status, message="", **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=json.dumps({"message": message}), headers=named)


def new_api(wire, pauses=None, base=BASE, **more):
    pause = (pauses if pauses is not None else []).append
    more = {"credentials": bearer("s3cret"), "now": lambda: NOW, **more}
    api = HostApi("api.example.com", base, transport=wire, pause=pause, **more)
    api.budget._now = lambda: NOW
    return api


def calls(outcome):
    labels = {"host": "api.example.com", "outcome": outcome}
    return REGISTRY.get_sample_value("callboard_host_calls_total", labels) or 0


def test_it_asks_below_its_base_url_and_encodes_each_segment():
    wire = Wire(ok({"a": 1}))

    answer = new_api(wire).get("repos", "a/b", "c d", query={"q": "x y", "deep": True})

    assert str(wire.requests[0].url) == f"{BASE}/repos/a%2Fb/c%20d?q=x%20y&deep=true"
    assert wire.requests[0].headers["authorization"] == "Bearer s3cret"
    assert answer.row() == {"a": 1}


@pytest.mark.parametrize("segment", ["..", ".", "", "%2e%2e", "a/../b", "a\nb", "x" * 2000, "..%2fadmin"])
def test_a_name_that_leads_elsewhere_is_refused(segment):
    wire = Wire(ok())

    with pytest.raises(InputError, match="cannot be part of an address of the code host"):
        new_api(wire).get("repos", segment)

    assert wire.requests == []


@pytest.mark.parametrize("failure", [said(502), said(503), said(504), said(500), httpx.TransportError("cut")])
def test_a_read_that_fails_is_tried_again(failure):
    wire, pauses = Wire(failure, failure, ok([])), []

    assert new_api(wire, pauses).get("x").json == []
    assert len(wire.requests) == 3
    assert 0.5 <= pauses[0] <= 1 <= pauses[1] <= 2


def test_it_gives_up_after_three_tries():
    wire, before = Wire(said(502, "Server Error")), calls("silent")

    with pytest.raises(HostSilentError, match=r"^GET /x: api.example.com answered 502 Server Error$"):
        new_api(wire).get("x")

    assert len(wire.requests) == 3
    assert calls("silent") == before + 3


def test_what_may_have_been_done_is_not_sent_again():
    wire = Wire(said(502))

    with pytest.raises(HostSilentError):
        new_api(wire).post("x", body={})

    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "limited",
    [
        said(429),
        said(
            403,
            "API rate limit exceeded for user ID 1.",
            x_ratelimit_remaining="0",
            x_ratelimit_reset=str(int(NOW) + 60),
        ),
        said(403, "You have exceeded a secondary rate limit.", retry_after="60"),
        said(403, "You have triggered an abuse detection mechanism."),
    ],
)
def test_a_limit_that_ends_soon_is_waited_for_and_a_longer_one_is_told(limited):
    wire, pauses = Wire(limited), []

    with pytest.raises(RateLimitedError) as caught:
        new_api(wire, pauses).get("x")

    assert caught.value.retry_at == NOW + 60
    assert (len(wire.requests), pauses) == (1, [60.0])


def test_nothing_is_asked_while_a_limit_lasts():
    wire, before = Wire(said(429, retry_after="3600")), calls("limited")
    api = new_api(wire)

    for _ in range(3):
        with pytest.raises(RateLimitedError, match=r"api\.example\.com has asked us to pause"):
            api.get("x")

    assert len(wire.requests) == 1
    assert calls("limited") == before + 1


def test_people_do_not_wait_for_limits():
    wire, pauses = Wire(said(429, retry_after="10")), []

    with pytest.raises(RateLimitedError):
        new_api(wire, pauses, for_people=True).get("x")

    assert pauses == []


def test_background_work_leaves_the_reserve():
    wire = Wire(ok([], **{"x-ratelimit-remaining": "900", "x-ratelimit-limit": "5000", "x-ratelimit-reset": "3600"}))
    api = new_api(wire)
    api.get("x")

    with pytest.raises(RateLimitedError, match="allows 900 more calls of 5000, which are kept for people"):
        api.get("x")

    new_api(wire, budget=api.budget, for_people=True).get("x")
    assert len(wire.requests) == 2


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_not_there(status):
    api = new_api(Wire(said(status, "Not Found")))

    with pytest.raises(NotFoundError, match=rf"GET /x: api\.example\.com answered {status} Not Found"):
        api.get("x")
    assert api.find("x") is None


@pytest.mark.parametrize("base", [BASE, "https://api.example.com"])
@pytest.mark.parametrize("location", ["{base}/repositories/7", "/v3/repositories/7"])
def test_what_has_moved_within_the_api_is_not_there(base, location):
    wire = Wire(said(301, location=location.format(base=base)))

    assert new_api(wire, base=base).find("repos", "acme", "old") is None
    assert len(wire.requests) == 1


@pytest.mark.parametrize("location", ["https://api.example.com/v4/x", "https://other.example.com/v3/x", "https://", ""])
def test_an_api_that_has_moved_does_not_make_things_go_away(location):
    with pytest.raises(HostRefusedError, match=r"the base URL of the API, https://api\.example\.com/v3, may be wrong"):
        new_api(Wire(said(301, location=location))).find("repos", "acme", "shop")


@pytest.mark.parametrize("status", [203, 302, 303])
def test_a_sign_in_page_is_no_answer(status):
    with pytest.raises(HostRefusedError, match="may be wrong") as caught:
        new_api(Wire(said(status, location="https://api.example.com/login"))).get("x")

    assert caught.value.answered == status


@pytest.mark.parametrize("status", [401, 403])
def test_refusals_show_the_way_out_without_the_token(status):
    wire, before = Wire(said(status, "Bad credentials Bearer s3cret, or s3cret")), calls("refused")

    with pytest.raises(HostRefusedError) as caught:
        new_api(wire).get("x")

    assert caught.value.message == (
        f"GET /x: api.example.com answered {status} Bad credentials ***, or ***; the credentials of api.example.com at"
        " 'integrations' may be wrong, expired or lack the right to it"
    )
    assert calls("refused") == before + 1


def test_an_answer_that_is_not_json_is_none():
    answer = new_api(Wire(httpx.Response(200, content=b"<html>", headers={"content-type": "text/html"}))).get("x")

    with pytest.raises(HostSilentError, match="GET /x: it answered 200 with text/html, not with JSON"):
        answer.rows()


@pytest.mark.parametrize("value", [{}, [1], "x", None])
def test_an_answer_without_rows_is_none(value):
    with pytest.raises(HostSilentError, match="it answered without a list of objects"):
        new_api(Wire(ok(value))).get("x").rows()


def test_an_answer_that_is_too_long_is_cut_off():
    with pytest.raises(TooLargeError, match="answered with more than 10 bytes"):
        new_api(Wire(ok("x" * 100))).get("x", max_bytes=10)


def page(number, count, **headers):
    return ok([{"id": number * 1000 + row} for row in range(count)], **headers)


def test_pages_are_read_to_the_end_and_the_same_ones_not_sent_again():
    wire = Wire(page(1, 100, etag='"1"'), page(2, 3, etag='"2"'))
    first = new_api(wire).pages("list", query={"type": "all"}, pick=lambda row: row["id"])
    assert [len(found.rows) for found in first] == [100, 3]

    unchanged = Wire(httpx.Response(304), page(2, 4, etag='"3"'))
    second = new_api(unchanged).pages("list", query={"type": "all"}, known=first, pick=lambda row: row["id"])

    assert [request.headers["if-none-match"] for request in unchanged.requests] == ['"1"', '"2"']
    assert second[0] == first[0]
    assert len(second[1].rows) == 4


def test_a_short_page_is_not_the_last_if_the_host_says_so():
    wire = Wire(page(1, 50, link='<https://api.example.com/v3/list?page=2>; rel="next"'), page(2, 50))

    assert len(new_api(wire).pages("list")) == 2


def test_the_addresses_of_further_pages_are_ours():
    wire = Wire(page(1, 1, link='<https://evil.example.com/list?page=2>; rel="next"'), page(2, 1))

    new_api(wire).pages("list")

    assert str(wire.requests[1].url) == f"{BASE}/list?per_page=100&page=2"


def test_known_pages_of_another_question_are_not_used():
    wire = Wire(page(1, 1))

    new_api(wire).pages("list", query={"type": "all"}, known=[Page("type=public&per_page=100&page=1", '"1"', [])])

    assert "if-none-match" not in wire.requests[0].headers


def test_a_list_without_an_end_is_given_up():
    wire = Wire(*[page(number, 100) for number in range(1001)])

    with pytest.raises(HostSilentError, match="has more than 1000 pages of it"):
        new_api(wire).pages("list", pick=lambda row: 1)


def test_a_pause_ends_when_the_process_is_asked_to_stop(monkeypatch):
    monkeypatch.setattr("integrations.hosts.api.is_stopping", lambda: True)

    with pytest.raises(HostSilentError, match="the process stops, and asks no more"):
        pause(3600)


def test_a_pause_takes_its_time():
    start = time.monotonic()

    pause(0.05)

    assert time.monotonic() - start >= 0.05
