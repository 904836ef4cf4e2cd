#!/usr/bin/env python3
"""
How long the search takes at 50,000 entities, over HTTP and in the process, and what its index costs.

    python tests/bench/search.py --generator gen_catalog.py [--entities 50000] [--database-url postgresql://…]
    python tests/bench/search.py --data FOLDER      # again, on the folder that a first run left with --keep

Prints for each kind of question how many hits it has, and the median and the slowest of ten in a hundred.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.ingest import CALLBOARD, CONFIG, wait_for

QUESTIONS = {
    "nothing, the first page": "term=",
    "one word": "term=payment",
    "two words": "term=payment ledger",
    "one letter": "term=p",
    "three letters": "term=pay",
    "a name": "term={name}",
    "a misspelt word": "term=paymnt",
    "two misspelt words": "term=paymnt leger",
    "a word nobody has": "term=xylophonist",
    "a word and a kind": "term=payment&filters[kind]=Component",
    "counts only": "term=payment&pageLimit=0",
    "the hundredth page": "term=&pageCursor=MTAw",
}


def time_all(title: str, ask: Callable[[str], int], *, repeat: int, name: str) -> None:
    print(f"\n{title}: p50 and p90 in ms, of {repeat}")
    for label, question in QUESTIONS.items():
        question = question.format(name=name)
        count, times = ask(question), []
        for _ in range(repeat):
            begin = time.perf_counter()
            ask(question)
            times.append((time.perf_counter() - begin) * 1000)
        p90 = statistics.quantiles(times, n=10)[-1]
        print(f"  {label:28} {count:>7} hits {statistics.median(times):8.2f} {p90:8.2f}", flush=True)


def measure_http(folder: Path, *, port: int, expected: int, repeat: int, environment: dict[str, str]) -> None:
    command = [
        CALLBOARD,
        "serve",
        "--config",
        folder / "app-config.yaml",
        "--data",
        folder / "data",
        "--port",
        str(port),
    ]
    with open(folder / "serve.log", "wb") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(port, expected, limit=1200)
        url = f"http://127.0.0.1:{port}/api/search/query?"

        def ask(question: str) -> int:
            with urllib.request.urlopen(url + quote(question, safe="=&"), timeout=60) as answer:
                return int(json.load(answer)["numberOfResults"])

        begin = time.perf_counter()
        ask("pageLimit=0")
        print(f"the first question after the start took {time.perf_counter() - begin:.2f} s")
        time_all("over HTTP", ask, repeat=repeat, name=find_name(f"http://127.0.0.1:{port}"))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)


def find_name(url: str) -> str:
    path = "/api/search/query?term=payment&pageLimit=1"
    with urllib.request.urlopen(url + path, timeout=60) as answer:
        return str(json.load(answer)["results"][0]["document"]["title"])


def measure_process(folder: Path, *, repeat: int) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CALLBOARD_CONFIG": str(folder / "app-config.yaml"),
        "CALLBOARD_DATA_DIR": str(folder / "data"),
    }
    import django

    django.setup()
    from catalog.index.follow import current_index
    from search.api.params import parse_question
    from search.index.entities import entity_documents
    from search.query import known_types, search
    from search.settings import search_settings

    current_index()
    before = resident()
    begin, cpu = time.perf_counter(), time.process_time()
    entity_documents().follow(current_index())
    documents = entity_documents().of(current_index())
    assert documents
    print(
        f"\nthe index of {len(documents.numbers)} documents: made in {time.perf_counter() - begin:.2f} s"
        f" ({time.process_time() - cpu:.2f} s of processor time), {resident() - before} MiB"
    )
    settings = search_settings()

    def ask(question: str) -> int:
        return search(parse_question(question, known_types(), settings)[0], settings, visible=None).total

    question = parse_question("term=payment&pageLimit=1", known_types(), settings)[0]
    name = search(question, settings, visible=None).hits[0].document["title"]
    time_all("in the process", ask, repeat=repeat, name=name)
    print(f"\nthe process has taken {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB at most")


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 2**20


def fill(folder: Path, generator: Path, entities: int) -> int:
    made = subprocess.run(
        [sys.executable, generator, "--entities", str(entities), "--out", folder / "catalog"],
        check=True,
        capture_output=True,
        text=True,
    )
    (folder / "app-config.yaml").write_text(CONFIG.format(root=folder / "catalog" / "all.yaml"))
    return int(made.stdout.split()[0]) + 1  # the Location entity of the root itself


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generator", type=Path, help="gen_catalog.py")
    parser.add_argument("--entities", type=int, default=50_000)
    parser.add_argument("--database-url")
    parser.add_argument("--data", type=Path, help="a folder that a run has left")
    parser.add_argument("--keep", action="store_true", help="leave the folder, and say where it is")
    parser.add_argument("--port", type=int, default=7138)
    parser.add_argument("--repeat", type=int, default=50)
    arguments = parser.parse_args()
    if arguments.database_url:
        os.environ["DATABASE_URL"] = arguments.database_url
    folder = arguments.data or Path(tempfile.mkdtemp(prefix="callboard-bench-"))
    try:
        expected = 1 if arguments.data else fill(folder, arguments.generator, arguments.entities)
        environment = dict(os.environ)
        measure_http(folder, port=arguments.port, expected=expected, repeat=arguments.repeat, environment=environment)
        measure_process(folder, repeat=arguments.repeat)
    finally:
        if arguments.keep or arguments.data:
            print(f"\nkept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
