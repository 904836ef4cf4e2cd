#!/usr/bin/env python3
"""
How long questions about ownership take, over HTTP, at 50,000 entities, 3,000 groups and 20,000 users.

    python tests/bench/ownership.py [--entities 50000] [--groups 3000] [--users 20000] [--database-url postgresql://…]

The catalog is written into the tables as the stitcher leaves it, and one web process serves it. Prints for each question
the first time, the median and the slowest of ten in a hundred, in ms.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.catalog import fill, prepare

CALLBOARD = Path(sys.executable).parent / "callboard"
CONFIG = """
backend: { auth: { dangerouslyDisableDefaultAuthPolicy: true } }
callboard: { secretKey: bench-bench-bench-bench-bench-bench }
"""
IN_A_REPOSITORY = 4
CHILDREN = 6


def make_entities(entities: int, groups: int, users: int) -> Iterator[dict[str, Any]]:
    """Every group but the first has a parent; one entity in ten has no owner; each lies in a folder of its own."""
    rng = random.Random(1)
    for number in range(groups):
        parent = [("childOf", f"group:default/g{(number - 1) // CHILDREN}")] if number else []
        yield make("Group", f"g{number}", parent, type="team")
    for number in range(users):
        yield make("User", f"u{number}", [("memberOf", f"group:default/g{rng.randrange(groups)}")])
    for number in range(entities):
        relations = [("ownedBy", f"group:default/g{rng.randrange(groups)}")] if number % 10 else []
        if number % 3 == 0:
            relations.append(("partOf", f"system:default/s{number % 500}"))
        folder = f"https://github.com/acme/r{number // IN_A_REPOSITORY}/tree/main/s{number}/"
        kind, name = ("Component", f"c{number}") if number % 50 else ("System", f"s{number // 50}")
        yield make(kind, name, relations, folder, type="service", lifecycle="production")


def make(kind: str, name: str, relations: list[tuple[str, str]], folder: str = "", **spec: Any) -> dict[str, Any]:
    annotations = {"backstage.io/source-location": f"url:{folder}"} if folder else {}
    return {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name, "namespace": "default", "uid": f"{kind}-{name}", "annotations": annotations},
        "spec": spec,
        "relations": [{"type": type_, "targetRef": ref} for type_, ref in relations],
    }


def fill_codeowners(entities: int, groups: int) -> int:
    """Every sixth repository has one."""
    from django.utils import timezone

    from common.hashing import content_hash
    from ownership.models import CodeOwnersFile

    rng = random.Random(2)
    rows = []
    for number in range(0, entities // IN_A_REPOSITORY, 6):
        folders = range(number * IN_A_REPOSITORY, (number + 1) * IN_A_REPOSITORY)
        text = "*.md @acme/g1\n" + "".join(f"/s{folder}/ @acme/g{rng.randrange(groups)}\n" for folder in folders)
        rows.append(
            CodeOwnersFile(
                repository=f"github.com/acme/r{number}",
                dialect="github",
                url=f"https://github.com/acme/r{number}/blob/main/CODEOWNERS",
                path="CODEOWNERS",
                digest=content_hash(text.encode()),
                data=text.encode(),
                read_at=timezone.now(),
            )
        )
    CodeOwnersFile.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def measure(url: str, entities: int, repeat: int) -> None:
    rng = random.Random(3)
    refs = [f"component:default/c{rng.randrange(entities)}" for _ in range(10_000)]
    paths = [
        {"repo": f"acme/r{rng.randrange(entities // IN_A_REPOSITORY)}", "path": f"s{rng.randrange(entities)}/x.py"}
        for _ in range(10_000)
    ]
    questions: dict[str, Callable[[], Any]] = {
        "what everybody owns": lambda: get(f"{url}/by/g0?transitive=true"),
        "what a department owns": lambda: get(f"{url}/by/g1?transitive=true"),
        "what a group owns": lambda: get(f"{url}/by/g17"),
        "who owns an entity": lambda: get(f"{url}/of/component/default/c7"),
        "who owns a file": lambda: get(f"{url}/paths?repo=acme/r6&path=s24/x.py"),
        "unowned": lambda: get(f"{url}/unowned"),
        "dangling": lambda: get(f"{url}/dangling"),
        "conflicts, a page": lambda: get(f"{url}/conflicts"),
        "resolve 10,000 refs": lambda: post(f"{url}/resolve", {"refs": refs}),
        "resolve 10,000 paths": lambda: post(f"{url}/resolve", {"paths": paths}),
    }
    print(f"\n{'':24} {'first':>9} {'p50':>9} {'p90':>9}")
    for label, ask in questions.items():
        times = []
        for _ in range(5 if "resolve" in label else repeat):
            begin = time.perf_counter()
            ask()
            times.append((time.perf_counter() - begin) * 1000)
        p90 = statistics.quantiles(times[1:], n=10)[-1]
        print(f"{label:24} {times[0]:9.2f} {statistics.median(times):9.2f} {p90:9.2f}", flush=True)


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        content: bytes = answer.read()
    return content


def post(url: str, body: Any) -> bytes:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        content: bytes = answer.read()
    return content


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entities", type=int, default=50_000)
    parser.add_argument("--groups", type=int, default=3_000)
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--database-url")
    parser.add_argument("--port", type=int, default=7139)
    parser.add_argument("--repeat", type=int, default=100)
    arguments = parser.parse_args()
    if arguments.database_url:
        os.environ["DATABASE_URL"] = arguments.database_url
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as name:
        folder = Path(name)
        prepare(folder, CONFIG)
        count = fill(make_entities(arguments.entities, arguments.groups, arguments.users))
        files = fill_codeowners(arguments.entities, arguments.groups)
        print(f"{count} entities, {files} CODEOWNERS files")
        serve_and_measure(folder, arguments)


def serve_and_measure(folder: Path, arguments: argparse.Namespace) -> None:
    # The web alone: nobody is to work on these entities.
    command = [CALLBOARD, "serve", "--role", "web", "--port", str(arguments.port), "--host", "127.0.0.1"]
    with open(folder / "serve.log", "wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{arguments.port}"
        wait_for(url)
        measure(f"{url}/api/ownership", arguments.entities, arguments.repeat)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)


def wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            get(f"{url}/api/catalog/entity-facets?facet=kind")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("callboard serve did not start within a minute")


if __name__ == "__main__":
    main()
