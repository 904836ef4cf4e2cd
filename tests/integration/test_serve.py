"""``callboard serve`` from the outside: it starts, serves, stops, and leaves nothing behind."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.integration.serving import ROOT, free_port, running_server, serve_command, servers_environment, wait_for

pytestmark = pytest.mark.loopback

CONFIG = """
backend: { auth: { dangerouslyDisableDefaultAuthPolicy: true } }
catalog:
  rules: [{ allow: [Component, Location] }]
  locations: [{ type: file, target: ./catalog-info.yaml }]
"""
DESCRIPTOR = """
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: { name: lights }
spec: { type: service, lifecycle: production, owner: team-a }
"""
COMPONENT = "/api/catalog/entities/by-name/component/default/lights"


def test_serves_the_catalog_and_stops_cleanly(tmp_path):
    (tmp_path / "catalog-info.yaml").write_text(DESCRIPTOR)
    with running_server(tmp_path, CONFIG) as server:
        server.wait_until_ready()
        wait_for(lambda: server.get(COMPONENT)[0] == 200, otherwise=server.read_log)
        assert server.get("/.backstage/health/v1/liveness") == (200, {"status": "ok"})
        assert server.get("/api/catalog/nope")[0] == 404
        assert server.get("/")[0] == 200
        assert server.get("/static/admin/css/base.css")[0] == 200
        # The worker counted it, the web process shows it.
        assert re.search(
            r'^catalog_processed_entities_count\{result="changed"\} [1-9]', server.get("/metrics")[1], re.M
        )
        assert head(server, COMPONENT) == (200, b"", "application/json; charset=utf-8")
        assert post(server, "/api/catalog/entities/by-refs", b"x" * (10 * 1024 * 1024 + 1)) == 413
        processes = server.list_processes()

        server.process.send_signal(signal.SIGTERM)
        status = server.process.wait(timeout=20)

        assert status == 0, server.read_log()
        assert server.list_processes() == []
        assert len(processes) >= 6  # parent, web, scheduler, worker and its two
        assert server.read_output() == f"Callboard is ready: http://localhost:{server.port}/\n"
        assert [line for line in server.read_log().splitlines() if not is_access_line(line)] == []


def head(server, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("HEAD", path)
    response = connection.getresponse()
    assert int(response.headers["Content-Length"]) > 100
    answer = response.status, response.read(), response.headers["Content-Type"]
    connection.close()
    return answer


def post(server, path, body):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    # An answer may come before all of the body is taken.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        connection.request("POST", path, body, {"Content-Type": "application/json"})
    status = connection.getresponse().status
    connection.close()
    return status


def is_access_line(line):
    return json.loads(line)["logger"] == "callboard.access"


def test_leaves_no_orphans_and_no_port_when_killed_and_starts_again(tmp_path):
    with running_server(tmp_path, CONFIG) as server:
        server.wait_until_ready()
        server.process.kill()
        server.process.wait()
        wait_for(lambda: server.list_processes() == [])

    with running_server(tmp_path, CONFIG, port=server.port) as server:
        server.wait_until_ready()
        server.process.send_signal(signal.SIGINT)

        assert server.process.wait(timeout=20) == 0, server.read_log()


def test_goes_on_when_processes_that_wait_for_work_are_killed(tmp_path):
    """One of a pool that shared a lock would keep it for ever."""
    (tmp_path / "catalog-info.yaml").write_text(DESCRIPTOR)
    with running_server(tmp_path, CONFIG) as server:
        server.wait_until_ready()
        wait_for(lambda: server.get(COMPONENT)[0] == 200, otherwise=server.read_log)
        for pid in server.list_pool_processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.3)
        (tmp_path / "catalog-info.yaml").write_text(DESCRIPTOR.replace("lights", "lights, title: After"))
        refreshed = post(server, "/api/catalog/refresh", b'{"entityRef": "component:default/lights"}')

        assert refreshed == 200
        wait_for(lambda: server.get(COMPONENT)[1]["metadata"].get("title") == "After", otherwise=server.read_log)


def complain(tmp_path, config, *, flags=(), **environment):
    """What it says when it cannot start, and the exit status."""
    (tmp_path / "app-config.yaml").write_text(config)
    with servers_environment() as clean:
        run = subprocess.run(
            serve_command(tmp_path, free_port(), *flags),
            cwd=ROOT,
            env={**clean, **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert run.stdout == ""
    return run.stderr, run.returncode


def test_a_wrong_value_is_one_line(tmp_path):
    message, status = complain(tmp_path, "catalog: { orphanStrategy: 7, processingInterval: never }")

    assert status == 2
    assert re.fullmatch(
        r"callboard: .*/app-config\.yaml: catalog\.processingInterval: got 'never', expected .*\n", message
    )


def test_a_missing_file_is_one_line(tmp_path):
    message, status = complain(tmp_path, "", flags=("--config", "/nowhere/app-config.yaml"))

    assert status == 2
    assert message == "callboard: /nowhere/app-config.yaml: got a file that does not exist, expected app-config\n"


def test_a_taken_port_is_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message, status = complain(tmp_path, CONFIG, flags=("--port", str(port)))

    assert status == 1
    assert message == (
        f"callboard: port {port} of 127.0.0.1 is in use by another program; "
        "stop that one, or name another port by --port\n"
    )


@pytest.mark.parametrize(
    ("variable", "url", "beginning"),
    [
        pytest.param(
            "DATABASE_URL",
            "postgresql://me:hidden@127.0.0.1:1/nope",
            "callboard: cannot reach PostgreSQL's database 'nope' at 127.0.0.1:1; see backend.database and DATABASE_URL:",
            id="PostgreSQL",
        ),
        pytest.param(
            "REDIS_URL",
            "redis://:hidden@127.0.0.1:1/0",
            "callboard: cannot reach Redis at redis://127.0.0.1:1/0; see callboard.redis and REDIS_URL:",
            id="Redis",
        ),
    ],
)
def test_a_server_that_does_not_answer_is_one_line(tmp_path, variable, url, beginning):
    message, status = complain(tmp_path, CONFIG + "callboard: { patience: { seconds: 0 } }", **{variable: url})

    assert status == 1
    assert message.startswith(beginning)
    assert message.count("\n") == 1
    assert "hidden" not in message


def test_processes_that_start_together_migrate_once(tmp_path):
    script = "from common.migrations import ensure_migrated; import django; django.setup(); print(ensure_migrated())"
    with servers_environment() as environment:
        environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "CALLBOARD_CONFIG": ""}
        environment["CALLBOARD_DATA_DIR"] = str(tmp_path)
        if "DATABASE_URL" in environment:
            create = "from config.servers import ensure_database; from datetime import timedelta; import django"
            create += "; django.setup(); ensure_database(timedelta())"
            subprocess.run([sys.executable, "-c", create], cwd=ROOT, env=environment, check=True)
        runs = [
            subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=environment, stdout=subprocess.PIPE)
            for _ in range(3)
        ]
        outputs = sorted(run.communicate(timeout=60)[0] for run in runs)

    assert outputs == [b"False\n", b"False\n", b"True\n"]
    assert [run.returncode for run in runs] == [0, 0, 0]
