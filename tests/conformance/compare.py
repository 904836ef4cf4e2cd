"""
Compares a real server with the reference's recorded answers, by the programs that recorded them.

    compare.py --shared FOLDER [--databases sqlite,postgres] [--suites base,corpus,scaffolder,templates,files,tasks]

FOLDER holds conformance/ and corpus/. Each suite gets a server of its own on an empty database. Only error texts may
differ, and of the base suite at most 3 % of them; of the tasks nothing may.
"""

import argparse
import contextlib
import fcntl
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.integration.serving import running_server
from tests.tiers import POSTGRES, answers

# The comparing program serves its files on one port for the whole machine.
LOCK = Path("/tmp/callboard-8900.lock")
SUITES = ("base", "corpus", "scaffolder", "templates", "files", "tasks")
WITHOUT_PORT = {"scaffolder", "templates", "files"}
SUMMARY = re.compile(r"^\w+: (\d+) of (\d+)(?: answers)? the same \([\d.]+ %\)(?:, (\d+) but for)?", re.M)
# They touch no database; test_scaffolder_answers.py runs the dry runs in the PostgreSQL tier as well.
TOLD_ALREADY = {("postgres", "scaffolder"), ("postgres", "templates"), ("postgres", "files")}
HERE = Path(__file__).resolve().parent
# What a suite calls a difference in texts alone; the tasks have none.
TEXTS = ("message", "said")
DIFFERENCE = re.compile(r"^\[(\w+)\] (\S+)", re.M)
LEAST_SAME = {"base": 0.97, "files": 1.0, "tasks": 1.0}
KNOWN = Path(__file__).with_name("known_differences.txt")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--suites", default=",".join(SUITES))
    arguments = parser.parse_args()
    conformance = arguments.shared.resolve() / "conformance"
    if not conformance.is_dir():
        print(f"conformance: did not run, there is no {conformance}; name its parent by CALLBOARD_SHARED")
        return 1
    lines, wanted = [], []
    for database in arguments.databases.split(","):
        if database == "postgres" and (missing := answers(POSTGRES, "PostgreSQL")):
            lines.append((True, f"postgres: did not run, {missing}"))
            continue
        suites = [suite for suite in arguments.suites.split(",") if (database, suite) not in TOLD_ALREADY]
        wanted += [(database, suite) for suite in suites]
    with LOCK.open("w") as lock, tempfile.TemporaryDirectory(prefix="callboard-conformance-") as folder:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lines += compare_all(wanted, conformance, Path(folder))
    print("\n" + "\n".join(line for _, line in lines), flush=True)
    return 0 if all(is_good for is_good, _ in lines) else 1


def compare_all(wanted, conformance, folder):
    """Those that share a port in turn, and the others meanwhile; in processes, as each sets its environment."""
    with ProcessPoolExecutor(1) as in_turn, ProcessPoolExecutor(1) as meanwhile:
        running = [
            (meanwhile if suite in WITHOUT_PORT else in_turn).submit(
                compare, conformance, folder / f"{database}-{suite}", database, suite
            )
            for database, suite in wanted
        ]
        return [done.result() for done in running]


def compare(conformance, folder, database, suite):
    """Whether the suite passed, and a line that says so."""
    begun = time.monotonic()
    folder.mkdir()
    os.environ.pop("CALLBOARD_TEST_DATABASE_URL", None)
    if database == "postgres":
        os.environ["CALLBOARD_TEST_DATABASE_URL"] = POSTGRES
    config = (conformance / "app-config.yaml").read_text()
    with running_server(folder, config) as server:
        server.wait_until_ready()
        run = subprocess.run(
            compare_command(conformance, folder, suite, server.url), stdout=subprocess.PIPE, text=True, check=False
        )
        with contextlib.suppress(ProcessLookupError):
            server.process.terminate()
        server.process.wait(timeout=30)
    print(f"\n== {suite} on {database}: {time.monotonic() - begun:.0f} s\n{run.stdout}", flush=True)
    return judge(run.stdout, database, suite)


def compare_command(conformance, folder, suite, url):
    if suite == "files":
        corpus, recorded = conformance.parent / "corpus" / "templates", HERE / "golden" / "template-files.json"
        program = [sys.executable, HERE / "template_files.py", "--show", "1000"]
        return [str(word) for word in [*program, "--sut", url, "--corpus", corpus, "--golden", recorded]]
    golden = conformance / "golden"
    program, recorded, extra = {
        "base": ("compare_backends.py", "base.json.gz", ["--suite", "base"]),
        "corpus": ("compare_backends.py", "corpus.json.gz", ["--suite", "corpus"]),
        "scaffolder": ("compare_scaffolder.py", "scaffolder.json", []),
        "templates": ("compare_scaffolder.py", "templates.json.gz", ["--batches", golden / "template-cases.json.gz"]),
        "tasks": ("compare_tasks.py", "tasks.json", []),
    }[suite]
    command = [sys.executable, conformance / program, "--sut", url, "--show", "1000", "--golden", golden / recorded]
    if suite == "corpus":
        layout = [sys.executable, str(conformance / "corpus_suite.py"), str(folder / "fixtures")]
        subprocess.run(layout, check=True)
        extra = [*extra, "--fixtures", folder / "fixtures"]
    return [str(word) for word in [*command, *extra]]


def known_differences(suite):
    """The recorded answers that may, and must, differ."""
    lines = KNOWN.read_text().splitlines() if suite == "corpus" else []
    return {line for line in lines if line and not line.startswith("#")}


def judge(output, database, suite):
    found = SUMMARY.search(output)
    if not found:
        return False, f"{suite} on {database}: FAILED, the comparison broke off"
    same, total, but_for_texts = (int(number or found[1]) for number in found.groups())
    differing = {case for grade, case in DIFFERENCE.findall(output) if grade not in TEXTS}
    known = known_differences(suite)
    is_good = differing == known and same / total >= LEAST_SAME.get(suite, 0.0)
    verdict = "passed" if is_good else "FAILED"
    surprises = "".join(f", {case} unexpectedly" for case in sorted(differing ^ known))
    return is_good, (
        f"{suite} on {database}: {verdict}, {same} of {total} the same, {but_for_texts} but for texts,"
        f" {len(known)} known to differ on purpose{surprises}"
    )


if __name__ == "__main__":
    sys.exit(main())
