"""
Backstage's own catalog client against a real server. Runs where CALLBOARD_TEST_NODE is set, since it needs Node and npm.

CALLBOARD_TEST_NODE=1 starts a server for it; a URL there names a running one with an empty catalog, which must be
allowed to read from localhost:8911.
"""

import functools
import http.server
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DESCRIPTORS_PORT = 8911
WANTED = os.environ.get("CALLBOARD_TEST_NODE", "")

pytestmark = [
    pytest.mark.loopback,
    pytest.mark.skipif(not WANTED, reason="set CALLBOARD_TEST_NODE to run Backstage's own client"),
]

CONFIG = f"""
backend:
  auth: {{ dangerouslyDisableDefaultAuthPolicy: true }}
  reading: {{ allow: [{{ host: 'localhost:{DESCRIPTORS_PORT}' }}] }}
catalog:
  processingInterval: {{ seconds: 5 }}
  rules: [{{ allow: [Component, API, Resource, Group, Location] }}]
"""


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def descriptors_url():
    handler = functools.partial(QuietHandler, directory=str(HERE / "descriptors"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", DESCRIPTORS_PORT), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{DESCRIPTORS_PORT}"
        server.shutdown()


@pytest.fixture
def server_url(tmp_path):
    if WANTED.startswith("http"):
        yield WANTED.rstrip("/")
        return
    config = tmp_path / "app-config.yaml"
    config.write_text(CONFIG)
    port = free_port()
    command = [
        sys.executable,
        "manage.py",
        "serve",
        "--config",
        config,
        "--data",
        tmp_path / "data",
        "--port",
        str(port),
    ]
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=plain_environment()) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, process, tmp_path / "log")
            yield url
        finally:
            process.terminate()
            process.wait(timeout=30)


def plain_environment():
    """Without what the test suite's own settings have put there."""
    ours = ("CALLBOARD_", "APP_CONFIG_", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(url, process, log):
    for _ in range(120):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(f"{url}/.backstage/health/v1/readiness", timeout=5).close()
        except urllib.error.URLError:
            time.sleep(0.25)
        else:
            return
    pytest.fail(f"the server did not start:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def installed_client():
    if not (HERE / "node_modules").exists():
        npm = shutil.which("npm") or pytest.fail("npm is not installed")
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=HERE, check=True, capture_output=True)


@pytest.mark.usefixtures("installed_client")
def test_every_method_of_the_official_client_works(server_url, descriptors_url):
    node = shutil.which("node") or pytest.fail("node is not installed")
    run = subprocess.run(
        [node, "check-client.js", server_url, descriptors_url], cwd=HERE, capture_output=True, text=True, timeout=300
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "ok removeLocationById" in run.stdout.splitlines()
