"""
A real ``callboard serve`` in a folder of its own, for tests from the outside.

CALLBOARD_TEST_DATABASE_URL and CALLBOARD_TEST_REDIS_URL put it on those servers, in a database and under keys with
random names, which are removed afterwards.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parents[2]
SECRET = "only for tests, as everybody can read it"


class Server:
    """``url`` is where it listens. ``lines`` is what it has printed, ``log`` what it has logged."""

    def __init__(self, folder, port, process):
        self.folder, self.port, self.process = folder, port, process
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path):
        """Status and body, parsed if it is JSON. Connection errors are raised."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as response:
                status, text, kind = response.status, response.read(), response.headers.get_content_type()
        except urllib.error.HTTPError as error:
            status, text, kind = error.code, error.read(), error.headers.get_content_type()
        return status, json.loads(text) if kind == "application/json" else text.decode()

    def wait_until_ready(self):
        wait_for(self.is_ready, seconds=60, otherwise=self.read_log)

    def is_ready(self):
        assert self.process.poll() is None, self.read_log()
        try:
            return self.get("/.backstage/health/v1/readiness")[0] == 200
        except OSError:
            return False

    def read_log(self):
        return (self.folder / "log").read_text()

    def read_output(self):
        return (self.folder / "output").read_text()

    def list_pool_processes(self):
        """The ids of those who do the work: the children of its children."""
        return [pid for pid in self.list_processes() if parent_of(parent_of(pid)) == self.process.pid]

    def list_processes(self):
        """The ids of all its processes, the parent's among them."""
        return processes_of_group(self.process.pid)


def wait_for(condition, *, seconds=20, otherwise=lambda: "it did not happen"):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, otherwise()
        time.sleep(0.02)
    return found


def parent_of(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def processes_of_group(group):
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve_command(folder, port, *flags):
    """On the configuration in the folder, with its data beside it."""
    serve = [sys.executable, ROOT / "manage.py", "serve", "--port", str(port)]
    return [*serve, "--config", folder / "app-config.yaml", "--data", folder / "data", *flags]


@contextmanager
def running_server(folder, config="", *, port=None, flags=(), cwd=ROOT, variables=None):
    """Not yet ready when it is handed out. Killed at the end if it is still there."""
    port = port or free_port()
    (folder / "app-config.yaml").write_text(config)
    with servers_environment() as environment, (folder / "output").open("w") as out, (folder / "log").open("w") as log:
        process = subprocess.Popen(
            serve_command(folder, port, *flags),
            cwd=cwd,
            env=environment | (variables or {}),
            stdout=out,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield Server(folder, port, process)
        finally:
            process.kill()
            process.wait()
            for pid in processes_of_group(process.pid):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def servers_environment():
    """The environment of a server, on a fresh database. What it left on shared servers is removed at the end."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("CALLBOARD_", "DJANGO_"))}
    environment["APP_CONFIG_callboard_secretKey"] = SECRET
    environment.pop("DATABASE_URL", None)
    name = f"callboard_test_{secrets.token_hex(6)}"
    database_url = os.environ.get("CALLBOARD_TEST_DATABASE_URL")
    redis_url = os.environ.get("CALLBOARD_TEST_REDIS_URL")
    if database_url:
        environment["DATABASE_URL"] = urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))
    if redis_url:
        environment["REDIS_URL"] = redis_url
        environment["APP_CONFIG_callboard_redis_keyPrefix"] = f"{name}:"
    try:
        yield environment
    finally:
        if database_url:
            drop_database(database_url, name)
        if redis_url:
            drop_keys(redis_url, f"{name}:")


def drop_database(url, name):
    import psycopg

    with psycopg.connect(urlunsplit(urlsplit(url)._replace(path="/postgres")), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def drop_keys(url, prefix):
    import redis

    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(f"{prefix}*"):
            client.delete(key)
