"""The parent of all processes, with small children of its own in a process group of its own."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

# Each child writes what happens to it, with its process id, into a file of its name.
SCRIPT = """
import os, signal, sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from config.supervisor import Child, supervise

def note(name, text):
    with Path({folder!r}, name).open("a") as file:
        file.write(f"{{text}} {{os.getpid()}}\\n")

def good(name):
    def run():
        note(name, "start")
        signal.signal(signal.SIGTERM, lambda *_: (note(name, "stop"), note("order", name), sys.exit(0)))
        while True:
            time.sleep(10)
    return run

def stubborn():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    note("stubborn", "start")
    while True:
        time.sleep(10)

def faulty():
    note("faulty", "start")
    raise RuntimeError("broken")

sys.exit(supervise({children}))
"""


@contextmanager
def running(folder, children):
    script = SCRIPT.format(root=str(ROOT), folder=str(folder), children=children)
    process = subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, start_new_session=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
        for pid in all_pids(folder):
            if is_alive(pid):
                os.kill(pid, signal.SIGKILL)


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
    return found


def notes(folder, name):
    path = folder / name
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


def all_pids(folder):
    return {int(pid) for path in folder.iterdir() for _, pid in notes(folder, path.name)}


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


TWO = '[Child("two", good("two"), stage=1), Child("one", good("one"))]'


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stops_its_children_in_order(tmp_path, number):
    with running(tmp_path, TWO) as supervisor:
        wait_for(lambda: notes(tmp_path, "one") and notes(tmp_path, "two"))
        supervisor.send_signal(number)
        _, errors = supervisor.communicate(timeout=10)

    assert supervisor.returncode == 0
    assert [name for name, _ in notes(tmp_path, "order")] == ["one", "two"]
    assert errors == b""


def test_ctrl_c_of_the_whole_group_stops_in_order_too(tmp_path):
    with running(tmp_path, TWO) as supervisor:
        wait_for(lambda: notes(tmp_path, "one") and notes(tmp_path, "two"))
        os.killpg(supervisor.pid, signal.SIGINT)
        _, errors = supervisor.communicate(timeout=10)

    assert supervisor.returncode == 0
    assert [name for name, _ in notes(tmp_path, "order")] == ["one", "two"]
    assert errors == b""


def test_starts_again_what_was_killed(tmp_path):
    with running(tmp_path, TWO) as supervisor:
        [[_, first]] = wait_for(lambda: notes(tmp_path, "one"))
        os.kill(int(first), signal.SIGKILL)
        wait_for(lambda: len(notes(tmp_path, "one")) == 2)
        supervisor.terminate()
        _, errors = supervisor.communicate(timeout=10)

    assert supervisor.returncode == 0
    assert b"one ended with status -9, starts again in 0.5 s" in errors
    assert len(notes(tmp_path, "two")) == 2  # started and stopped, once


def test_waits_longer_each_time_for_a_child_that_cannot_start(tmp_path):
    with running(tmp_path, '[Child("faulty", faulty)]') as supervisor:
        wait_for(lambda: len(notes(tmp_path, "faulty")) == 3)
        supervisor.terminate()
        _, errors = supervisor.communicate(timeout=10)

    assert b"faulty ended with status 1, starts again in 0.5 s" in errors
    assert b"faulty ended with status 1, starts again in 1.0 s" in errors
    assert supervisor.returncode == 0


def test_kills_a_child_that_does_not_stop_in_time(tmp_path):
    with running(tmp_path, '[Child("stubborn", stubborn, grace=0.1)]') as supervisor:
        [[_, pid]] = wait_for(lambda: notes(tmp_path, "stubborn"))
        supervisor.terminate()
        _, errors = supervisor.communicate(timeout=10)

    assert supervisor.returncode == 0
    assert errors == b"stubborn did not stop in time and was killed\n"
    assert not is_alive(int(pid))


def test_the_same_signal_by_two_ways_is_one(tmp_path):
    with running(tmp_path, TWO) as supervisor:
        wait_for(lambda: notes(tmp_path, "one") and notes(tmp_path, "two"))
        for _ in range(3):
            supervisor.terminate()
        _, errors = supervisor.communicate(timeout=10)

    assert errors == b""
    assert [name for name, _ in notes(tmp_path, "order")] == ["one", "two"]


def test_a_second_signal_does_not_wait(tmp_path):
    with running(tmp_path, '[Child("stubborn", stubborn, grace=60)]') as supervisor:
        wait_for(lambda: notes(tmp_path, "stubborn"))
        supervisor.send_signal(signal.SIGINT)
        time.sleep(1.1)
        supervisor.send_signal(signal.SIGINT)
        supervisor.communicate(timeout=10)

    assert supervisor.returncode == 0


def test_leaves_no_orphans_when_it_is_killed(tmp_path):
    with running(tmp_path, TWO) as supervisor:
        wait_for(lambda: notes(tmp_path, "one") and notes(tmp_path, "two"))
        pids = all_pids(tmp_path)
        supervisor.kill()
        wait_for(lambda: not any(is_alive(pid) for pid in pids))

    assert len(pids) == 2
