"""The line of each request."""

import orjson
import pytest

from config.access_log import open_access_log, read_trace_id


def test_writes_json_for_machines(capfd):
    open_access_log()("GET", '/api/a"\n', 200, 0.01234, "f" * 32)

    line = orjson.loads(capfd.readouterr().err)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "info",
        "message": 'GET /api/a"\n 200',
        "logger": "callboard.access",
        "method": "GET",
        "path": '/api/a"\n',
        "status": 200,
        "durationMs": 12.34,
        "trace_id": "f" * 32,
    }


def test_shows_no_control_characters_on_a_terminal(capfd, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    open_access_log()("GET", "/a\x1b[2J\n", 404, 0.001, "f" * 32)

    line = capfd.readouterr().err
    assert line[8:] == " \x1b[33m404\x1b[0m GET /a?[2J? 1.0 ms\n"


def test_a_path_is_cut(capfd):
    open_access_log()("GET", "/" + "a" * 10_000, 404, 0.001, "f" * 32)

    assert len(orjson.loads(capfd.readouterr().err)["path"]) == 2000


@pytest.mark.parametrize(
    ("header", "trace_id"),
    [
        pytest.param("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c"),
        pytest.param("00-zz-01", None, id="not one"),
        pytest.param(None, None, id="none"),
    ],
)
def test_follows_the_trace_of_the_caller(header, trace_id):
    found = read_trace_id({"traceparent": header} if header else {})

    assert found == trace_id if trace_id else len(found) == 32
