"""
All measurements in turn: ingestion on SQLite and on PostgreSQL, templates and tasks, event streams, webhooks, questions
about permissions, search and ownership at 50,000 entities, then reading.

    run.py --shared FOLDER [--entities 10000] [--reference http://127.0.0.1:7008]

FOLDER holds tools/gen_catalog.py, which makes the catalog, bench/compare_speed.py, which reads it with wrk, and
bench/compare_scaffold_speed.py.
With ``--reference`` (or CALLBOARD_REFERENCE_URL) a running Backstage that holds the same entities is timed in turn with
us, in one run, so that a machine that drifts hurts both alike.
"""

import argparse
import fcntl
import os
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.integration.serving import ROOT, drop_database, running_server
from tests.tiers import POSTGRES, answers, has_programs

# The comparing program serves its files on one port for the whole machine.
LOCK = Path("/tmp/callboard-8900.lock")
HERE = Path(__file__).resolve().parent
CONFIG = """
backend: {{ auth: {{ dangerouslyDisableDefaultAuthPolicy: true }} }}
catalog:
  rules: [{{ allow: [Component, System, API, Resource, Location, User, Group, Domain] }}]
  locations: [{{ type: file, target: '{root}' }}]
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--entities", type=int, default=10_000)
    parser.add_argument("--reference", default=os.environ.get("CALLBOARD_REFERENCE_URL"))
    arguments = parser.parse_args()
    generator = arguments.shared / "tools" / "gen_catalog.py"
    if not generator.exists():
        print(f"did not run: there is no {generator}; name the folder of tools/ and bench/ by SHARED=...")
        return 1
    ingest(generator, arguments.entities, "SQLite")
    if missing := answers(POSTGRES, "PostgreSQL"):
        print(f"\nPostgreSQL: did not run, {missing}")
    else:
        ingest(generator, arguments.entities, "PostgreSQL")
        os.environ["CALLBOARD_TEST_DATABASE_URL"] = POSTGRES
    status = scaffold(arguments.shared.resolve(), arguments.reference) or hear_events()
    for name in ("permissions", "search", "ownership"):
        status = status or ask(name, generator)
    if missing := has_programs("wrk"):
        print(f"\nreading: did not run, {missing}")
        return status
    return status or read(arguments.shared.resolve(), arguments.entities, arguments.reference)


def ingest(generator, entities, database):
    print(f"\n== ingestion on {database}", flush=True)
    command = [sys.executable, str(HERE / "ingest.py"), "--generator", str(generator), "--entities", str(entities)]
    if database == "SQLite":
        subprocess.run(command, check=True)
        return
    name = f"callboard_bench_{secrets.token_hex(6)}"
    url = urlunsplit(urlsplit(POSTGRES)._replace(path=f"/{name}"))
    try:
        subprocess.run([*command, "--database-url", url], check=True)
    finally:
        drop_database(POSTGRES, name)


def scaffold(shared, reference):
    """A dry run of 200 files, and 100 small tasks; then 500 event streams at once on one web process."""
    print("\n== templates and tasks", flush=True)
    compare = [sys.executable, str(shared / "bench" / "compare_scaffold_speed.py")]
    config = (shared / "conformance" / "app-config.yaml").read_text()
    with LOCK.open("w") as lock, tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with running_server(Path(folder), config) as server:
            server.wait_until_ready()
            command = [*compare, "--sut", server.url, *(["--ref", reference] if reference else [])]
            status = subprocess.run(command, check=False).returncode
    print("\n== event streams", flush=True)
    return status or subprocess.run([sys.executable, str(HERE / "streams.py")], check=False).returncode


def hear_events():
    print("\n== webhooks, seen within 2 s", flush=True)
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/integration/test_events_served.py"]
    return subprocess.run(command, cwd=ROOT, env=os.environ | {"CALLBOARD_TEST_SECONDS": "2"}, check=False).returncode


def ask(name, generator):
    print(f"\n== {name} at 50,000 entities", flush=True)
    command = [sys.executable, str(HERE / f"{name}.py")]
    if name != "ownership":
        command += ["--generator", str(generator)]
    environment = {key: value for key, value in os.environ.items() if key != "CALLBOARD_TEST_DATABASE_URL"}
    return subprocess.run(command, env=environment, check=False).returncode


def read(shared, entities, reference):
    print("\n== reading", flush=True)
    compare = [sys.executable, str(shared / "bench" / "compare_speed.py")]
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as folder:
        root = Path(folder, "catalog")
        generate = [
            sys.executable,
            str(shared / "tools" / "gen_catalog.py"),
            "--entities",
            str(entities),
            "--out",
            root,
        ]
        made = subprocess.run(generate, check=True, capture_output=True, text=True).stdout
        with running_server(Path(folder), CONFIG.format(root=root / "all.yaml")) as server:
            server.wait_until_ready()
            expected = int(made.split()[0]) + 1  # the Location entity of the root itself
            subprocess.run([*compare, "--watch", server.url, "--expect", str(expected)], check=True)
            command = [*compare, "--sut", server.url, *(["--ref", reference] if reference else [])]
            return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
