"""
An unmodified Backstage frontend, driven in Chromium against a server of ours: every step that a person takes.

CALLBOARD_TEST_FRONTEND names the folder that the comparison's ``frontend/build.sh`` has made: the built app, and the
program that drives it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.integration.serving import ROOT, free_port, running_server, servers_environment

pytestmark = pytest.mark.loopback

FRONTEND = Path(os.environ["CALLBOARD_TEST_FRONTEND"]).resolve()
APP, HARNESS = FRONTEND / "app", FRONTEND / "harness"
STEPS = 87
SECONDS = 900
DOCUMENTED = "component:default/harness-service"


def config_of(page_port, backend_port):
    page = f"http://localhost:{page_port}"
    return f"""
app: {{ baseUrl: {page} }}
backend:
  baseUrl: http://localhost:{backend_port}
  cors: {{ origin: {page} }}
  reading: {{ allow: [{{ host: 'localhost:{page_port}' }}] }}
auth: {{ environment: development }}
techdocs: {{ generator: {{ mkdocs: {{ disableExternalFonts: true }} }} }}
"""


@contextmanager
def running_pages(port, backend_port, *flags):
    """The built frontend, as a server of static files delivers it."""
    command = [sys.executable, "serve.py", "--dist", APP / "packages/app/dist", "--port", str(port)]
    command += ["--backend", f"http://localhost:{backend_port}", "--files", "data", *flags]
    with subprocess.Popen(command, cwd=HARNESS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://localhost:{port}"
        finally:
            process.kill()


def publish_docs(flags, environment):
    command = [sys.executable, ROOT / "manage.py", "docs", "publish", HARNESS / "data/docs", "--entity", DOCUMENTED]
    subprocess.run([*command, *flags], cwd=APP / "packages/backend", env=environment, check=True, timeout=120)


def drive(page, folder):
    """The steps that failed, and how many passed."""
    command = f". '{FRONTEND}/env.sh' && exec node drive.mjs --app '{page}' --out '{folder}/out'"
    run = subprocess.run(["sh", "-c", command], cwd=HARNESS, capture_output=True, text=True, timeout=SECONDS)
    lines = run.stdout.splitlines()
    failed = [line for line in lines if line.startswith("FAIL")]
    passed = sum(line.startswith("ok ") for line in lines)
    return failed or [line for line in lines[-3:] if run.returncode], passed


@pytest.mark.parametrize("flags", [(), ("--same-origin",)], ids=["cross-origin", "same-origin"])
def test_every_step_of_a_person_works(tmp_path, flags):
    page_port, port = free_port(), free_port()
    extra = tmp_path / "extra.yaml"
    extra.write_text(config_of(page_port, port))
    files = (APP / "app-config.yaml", HARNESS / "app-config.harness.yaml", extra)
    configs = [word for file in files for word in ("--config", str(file))]
    variables = {"HARNESS_DATA": str(HARNESS / "data"), "HARNESS_BACKEND_PORT": str(port)}
    with servers_environment() as environment:
        publish_docs([*configs, "--data", str(tmp_path / "data")], environment | variables)
    serving = running_server(tmp_path, port=port, flags=configs, cwd=APP / "packages/backend", variables=variables)
    with serving as server, running_pages(page_port, port, *flags) as page:
        server.wait_until_ready()
        failed, passed = drive(page, tmp_path)

    assert failed == []
    assert passed == STEPS
