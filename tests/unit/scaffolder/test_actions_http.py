"""``http:backstage:request``."""

import threading
import time

import pytest
import yaml

from common.errors import CallboardError, InputError, NotAllowedError
from scaffolder.actions.errors import StepStoppedError
from scaffolder.actions.http import ACTIONS
from scaffolder.actions.http import send as sending
from scaffolder.execution.stop import StepStop
from scaffolder.templates.json_schema import schema_errors
from tests.fakes.server import FakeServer, Response
from tests.unit.scaffolder.action_world import run_action

(ACTION,) = ACTIONS
ENTITIES = [{"metadata": {"uid": "1", "name": "cart"}}]


def ask(server, input, *, scaffolder=None, **world):
    config = {"backend": {"baseUrl": server.url}, "scaffolder": scaffolder or {}}
    return run_action(ACTION, {"method": "GET", **input}, config=config, **world)


@pytest.fixture
def server():
    with FakeServer(lambda request: Response.of(ENTITIES)) as started:
        yield started


def asked(server):
    (request,) = server.requests
    return request


@pytest.mark.loopback
def test_asks_this_servers_api(server):
    ran = ask(server, {"path": "/catalog/entities?filter=spec.target=https://x/y"})

    assert (asked(server).method, asked(server).path) == ("GET", "/api/catalog/entities")
    assert asked(server).query == "filter=spec.target=https://x/y"
    assert asked(server).headers["host"] == server.host
    assert (ran.outputs["code"], ran.outputs["body"]) == (200, ENTITIES)
    assert ran.outputs["headers"]["content-type"] == "application/json; charset=utf-8"
    assert ran.log.text == (
        "Creating GET request with http:backstage:request scaffolder action against"
        " /catalog/entities?filter=spec.target=https://x/y"
    )


@pytest.mark.loopback
def test_the_first_slash_may_be_left_out(server):
    ask(server, {"path": "proxy/data/fetch", "logRequestPath": False})

    assert asked(server).path == "/api/proxy/data/fetch"


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("path", "params", "query"),
    [
        ("catalog/entities", {"a b": "ü&=", "n": 1.0, "on": True, "list": ["x", 2]}, "a+b=%C3%BC%26%3D&n=1&on=true&list=x%2C2"),
        ("catalog/entities?x=1", {"y": None}, "x=1&y=null"),
        ("catalog/entities?q=ü", {}, "q=%C3%BC"),
    ],
)  # fmt: skip
def test_adds_parameters_to_the_query(server, path, params, query):
    ask(server, {"path": path, "params": params})

    assert asked(server).query == query


@pytest.mark.loopback
def test_sends_values_as_json(server):
    ask(
        server,
        {
            "method": "POST",
            "path": "/proxy/pages",
            "headers": {"Content-Type": "application/json", "X-Number": 5},
            "body": {"source": {"branch": "main", "path": "/"}},
        },
    )

    assert asked(server).json == {"source": {"branch": "main", "path": "/"}}
    assert asked(server).headers["content-type"] == "application/json"
    assert asked(server).headers["x-number"] == "5"


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("body", "sent", "kind"),
    [
        ('{"request": ["DOMAIN"]}\n', b'{"request": ["DOMAIN"]}\n', "text/plain;charset=UTF-8"),
        ({"archived": True}, b'{"archived":true}', "application/json"),
        (None, b"", None),
    ],
)
def test_says_what_kind_of_body_it_sends(server, body, sent, kind):
    ask(server, {"method": "PATCH", "path": "/proxy/x", **({} if body is None else {"body": body})})

    assert asked(server).body == sent
    assert asked(server).headers.get("content-type") == kind


@pytest.mark.loopback
def test_sends_the_users_own_token_and_no_other(server):
    ask(server, {"path": "/catalog/x"}, secrets={"backstageToken": "alices-token", "githubToken": "nobodys"})
    ask(server, {"path": "/catalog/x"}, secrets={"githubToken": "nobodys"})
    ask(
        server,
        {"path": "/catalog/x", "headers": {"AUTHORIZATION": "Bearer of-the-template"}},
        secrets={"backstageToken": "alices-token"},
    )

    assert [request.headers.get("authorization") for request in server.requests] == [
        "Bearer alices-token",
        None,
        "Bearer of-the-template",
    ]


@pytest.mark.loopback
def test_gives_a_text_as_a_message():
    with FakeServer(lambda request: Response(content="grün".encode(), headers={"Set-Cookie": "session=1"})) as server:
        ran = ask(server, {"path": "/catalog/x"})

    assert ran.outputs["body"] == {"message": "grün"}
    assert "set-cookie" not in ran.outputs["headers"]


@pytest.mark.loopback
def test_a_bad_answer_fails_the_step_and_is_logged():
    with (
        FakeServer(lambda request: Response.of({"error": {"name": "NotFoundError"}}, 404)) as server,
        pytest.raises(CallboardError, match="Unable to complete request: the server answered 404"),
    ):
        ask(server, {"path": "/proxy/nope"})


@pytest.mark.loopback
def test_goes_on_after_a_bad_answer_if_told_so():
    with FakeServer(lambda request: Response.of({"error": "gone"}, 404)) as server:
        ran = ask(server, {"path": "/proxy/nope", "continueOnBadResponse": True})

    assert ran.outputs == {"code": 404, "headers": {}, "body": {"error": "gone"}}
    assert ran.log.lines[-1] == (
        "error",
        'There was an issue with your request. Status code: 404 Response body: {"error":"gone"}',
    )


@pytest.mark.loopback
def test_does_not_follow_redirects():
    with FakeServer(lambda request: Response(302, headers={"Location": "http://169.254.169.254/"})) as server:
        ran = ask(server, {"path": "/catalog/x"}, secrets={"backstageToken": "alices-token"})

    assert (ran.outputs["code"], len(server.requests)) == (302, 1)


@pytest.mark.loopback
def test_gives_up_when_the_answer_takes_too_long():
    done = threading.Event()

    def answer(request):
        done.wait(10)
        return Response()

    with FakeServer(answer) as server:
        with pytest.raises(CallboardError, match=r"Request was aborted as it took longer than 0.1 seconds"):
            ask(server, {"path": "/catalog/x", "timeout": 100})
        done.set()


@pytest.mark.loopback
def test_ends_at_once_when_the_step_is_cancelled():
    stop, done = StepStop(), threading.Event()

    def answer(request):
        stop.request("cancelled", "The step was cancelled")
        done.wait(10)
        return Response()

    started = time.monotonic()
    with FakeServer(answer) as server:
        with pytest.raises(StepStoppedError), stop.interrupting():
            ask(server, {"path": "/catalog/x"})
        done.set()

    assert time.monotonic() - started < 9


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("response", "message"),
    [
        (Response(cut=True), "There was an issue with the request: "),
        (Response(content=b"{", headers={"Content-Type": "application/json"}), "Could not parse response body: "),
        (Response(content=b"x" * 2000), "its answer has over 1000 bytes"),
        (Response(content=b"x", headers={"Content-Encoding": "br"}), "which was not asked for"),
    ],
)
def test_says_what_is_wrong_with_an_answer(monkeypatch, response, message):
    monkeypatch.setattr(sending, "MAX_BYTES", 1000)
    with FakeServer(lambda request: response) as server, pytest.raises(CallboardError, match=message):
        ask(server, {"path": "/catalog/x"})


@pytest.mark.loopback
def test_what_changes_something_is_sent_once_even_if_the_step_is_tried_again(server):
    checkpoints = {}
    first = ask(server, {"method": "POST", "path": "/proxy/tickets"}, checkpoints=checkpoints)
    again = ask(server, {"method": "POST", "path": "/proxy/tickets"}, checkpoints=checkpoints)
    ask(server, {"path": "/catalog/x"}, checkpoints=checkpoints)
    ask(server, {"path": "/catalog/x"}, checkpoints=checkpoints)

    assert [request.method for request in server.requests] == ["POST", "GET", "GET"]
    assert first.outputs == again.outputs


@pytest.mark.loopback
def test_a_key_keeps_any_answer(server):
    checkpoints = {}
    for _ in range(2):
        ask(server, {"path": "/catalog/x", "idempotencyKey": "find"}, checkpoints=checkpoints)

    assert (len(server.requests), list(checkpoints)) == (1, ["find"])


@pytest.mark.loopback
def test_a_dry_run_only_reads(server):
    read = ask(server, {"path": "/catalog/x"}, is_dry_run=True)
    wrote = ask(server, {"method": "POST", "path": "/catalog/x", "params": {"a": 1}}, is_dry_run=True)

    assert [request.method for request in server.requests] == ["GET"]
    assert read.outputs["code"] == 200
    assert wrote.outputs == {}
    assert wrote.log.lines[-1] == (
        "info",
        "Dry run mode. Skipping non dry-run safe method 'POST' request to /catalog/x?a=1",
    )


@pytest.mark.loopback
def test_the_configuration_may_allow_few_methods(server):
    with pytest.raises(NotAllowedError, match=r"'DELETE' is not permitted by 'scaffolder.http.allowedMethods'"):
        ask(server, {"method": "DELETE", "path": "/catalog/x"}, scaffolder={"http": {"allowedMethods": ["GET"]}})

    assert server.requests == []


@pytest.mark.loopback
@pytest.mark.parametrize(
    "path",
    [
        "//evil.example/x",
        "https://evil.example/x",
        "/@evil.example/x",
        "user:password@evil.example",
        "/../admin",
        "/catalog/../../admin",
        "/catalog/%2e%2e/%2e%2e/admin",
        "/catalog/%252e%252e/admin",
        "/catalog\\..\\..\\admin",
        "\\\\evil.example/x",
        "/catalog/x#y",
        "/catalog/x y",
        "/catalog/x\r\nHost: evil.example",
        "/catalog:80/x",
        "/.",
        "/",
        "",
        "?x",
        "/%63atalog/x",
    ],
)
def test_no_path_leads_away_from_the_api(server, path):
    with pytest.raises(InputError, match="is not one of this server's API"):
        ask(server, {"path": path}, secrets={"backstageToken": "alices-token"})

    assert server.requests == []


@pytest.mark.loopback
def test_a_query_cannot_split_the_request(server):
    ask(server, {"path": "/catalog/x?a=\r\nHost: evil.example", "params": {"b": "\r\nX: 1"}})

    assert asked(server).headers["host"] == server.host
    assert "\n" not in asked(server).query


@pytest.mark.parametrize(
    ("input", "message"),
    [
        ({"headers": {"Host": "evil.example"}}, "The header 'Host' cannot be set by a template"),
        ({"headers": {"transfer-encoding": "chunked"}}, "The header 'transfer-encoding' cannot be set by a template"),
        ({"headers": {"X": "a\r\nHost: b"}}, "The header 'X' has a name or value that no header may have"),
        ({"headers": {"X y": "a"}}, "The header 'X y' has a name or value"),
        ({"headers": {"X": "€"}}, "The header 'X' has a name or value"),
        ({"params": {"a": {}}}, "'a' must be a text, a number, a boolean or a list of those, not a mapping"),
        ({"params": {"a": "x" * 9000}}, "is too long: the whole URL may have 8192 characters"),
        ({"body": "x"}, "A GET request cannot have a body"),
        (
            {"method": "POST", "body": {}, "headers": {"Content-Type": "text/csv"}},
            "A body of the type 'text/csv' must be a text; values can only be sent as JSON",
        ),
    ],
)
def test_says_what_is_wrong_with_a_request(input, message):
    with pytest.raises(InputError, match=message):
        run_action(ACTION, {"method": "GET", "path": "/catalog/x", **input})


@pytest.mark.loopback
def test_a_server_that_is_not_there_is_named():
    config = {"backend": {"baseUrl": "http://127.0.0.1:1"}}
    started = time.monotonic()

    with pytest.raises(CallboardError, match="There was an issue with the request: "):
        run_action(ACTION, {"method": "GET", "path": "/catalog/x"}, config=config)

    assert time.monotonic() - started < 10


def test_every_example_is_a_valid_input():
    steps = [step for example in ACTION.examples for step in yaml.safe_load(example.example)["steps"]]

    assert [schema_errors(step["input"], ACTION.input) for step in steps] == [[], []]
