"""
Runs the test suite a tier at a time: ``tiers.py all``, or the names of tiers.

``all`` runs a tier only if what it needs is there, and says plainly what did not run. A tier that is asked for by its
name runs in any case, and fails without what it needs. The last lines are pytest's own summaries, one for each tier.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
POSTGRES = os.environ.get("CALLBOARD_TEST_DATABASE_URL") or "postgresql://postgres@127.0.0.1:5432"
REDIS = os.environ.get("CALLBOARD_TEST_REDIS_URL") or "redis://127.0.0.1:6379/0"
# Where the comparison's frontend/build.sh has built a stock frontend.
SHARED = os.environ.get("CALLBOARD_SHARED") or str(ROOT.parent / "shared")
FRONTEND = os.environ.get("CALLBOARD_TEST_FRONTEND") or str(Path(SHARED, "ui").resolve())
SWITCHES = (
    "CALLBOARD_TEST_DATABASE_URL",
    "CALLBOARD_TEST_REDIS_URL",
    "CALLBOARD_TEST_NODE",
    "CALLBOARD_TEST_BROWSER",
    "CALLBOARD_TEST_FRONTEND",
    "CALLBOARD_TEST_KILL",
)
WITH_DATABASE = ("tests/integration", "tests/hostile", "tests/conformance")


@dataclass(frozen=True)
class Tier:
    """
    Pytest on ``paths`` with these switches. ``missing`` says what is not there, or nothing; ``shortened`` are more
    arguments where all tiers run.
    """

    paths: tuple[str, ...]
    switches: dict[str, str] = field(default_factory=dict)
    missing: Callable[[], str] = str
    shortened: tuple[str, ...] = ()


def answers(url: str, name: str) -> str:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 0), timeout=2).close()
    except OSError:
        return f"no {name} answers at {parts.hostname}:{parts.port}"
    return ""


def has_programs(*names: str) -> str:
    missing = [name for name in names if not shutil.which(name)]
    return f"{' and '.join(missing)} not found" if missing else ""


def has_build(folder: str) -> str:
    return "" if Path(folder, "app/packages/app/dist/index.html").is_file() else f"no built frontend in {folder}"


TIERS = {
    "embedded": Tier(("tests",)),
    "postgres": Tier(WITH_DATABASE, {"CALLBOARD_TEST_DATABASE_URL": POSTGRES}, lambda: answers(POSTGRES, "PostgreSQL")),
    "redis": Tier(
        ("tests/integration/test_serve.py",), {"CALLBOARD_TEST_REDIS_URL": REDIS}, lambda: answers(REDIS, "Redis")
    ),
    "node": Tier(("tests/node",), {"CALLBOARD_TEST_NODE": "1"}, lambda: has_programs("node", "npm")),
    "browser": Tier(
        ("tests/browser",), {"CALLBOARD_TEST_BROWSER": "1"}, lambda: has_programs("chromium", "chromedriver")
    ),
    "frontend": Tier(
        ("tests/frontend",),
        {"CALLBOARD_TEST_FRONTEND": FRONTEND},
        lambda: has_programs("node", "chromium") or has_build(FRONTEND),
        ("-k", "cross-origin"),
    ),
    "kill": Tier(("tests/kill",), {"CALLBOARD_TEST_KILL": "1"}),
    "kill-postgres": Tier(
        ("tests/kill",),
        {"CALLBOARD_TEST_KILL": "1", "CALLBOARD_TEST_DATABASE_URL": POSTGRES},
        lambda: answers(POSTGRES, "PostgreSQL"),
    ),
}


# What the others have shown already, on another database.
ON_DEMAND = ("kill-postgres",)


def main(names: list[str]) -> int:
    wanted = [name for name in TIERS if name not in ON_DEMAND] if names == ["all"] else names
    if not wanted or not set(wanted) <= set(TIERS):
        print(f"usage: tiers.py all | {' | '.join(TIERS)}", file=sys.stderr)
        return 2
    lines, worst = [], 0
    for name in wanted:
        missing = TIERS[name].missing()
        if missing and names == ["all"]:
            lines.append(f"{name}: did not run, {missing}")
            continue
        status, summary = run(name, TIERS[name], TIERS[name].shortened if names == ["all"] else ())
        lines += [f"{name}:", summary]
        worst = max(worst, status)
    print("\n== summary\n" + "\n".join(lines), flush=True)
    return worst


def run(name: str, tier: Tier, arguments: tuple[str, ...]) -> tuple[int, str]:
    """Pytest's status and its last line. What it prints goes on as it comes."""
    print(f"\n== {name}: {' '.join(tier.paths)}", flush=True)
    start = time.monotonic()
    environment = {key: value for key, value in os.environ.items() if key not in SWITCHES} | tier.switches
    command = [sys.executable, "-m", "pytest", *tier.paths, *arguments]
    if len(tier.paths) > 1 or tier.paths == ("tests",):
        command += ["-n", str(min(os.cpu_count() or 1, 4))]
    last = ""
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            last = line.strip() or last
    return process.returncode, last or f"ended with status {process.returncode} after {time.monotonic() - start:.0f} s"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
