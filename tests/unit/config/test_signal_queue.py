"""Signals one at a time, in an interpreter of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


def run(script):
    head = "import os, signal\nfrom config.signal_queue import SignalQueue\n"
    return subprocess.run(
        [sys.executable, "-c", head + script], cwd=ROOT, capture_output=True, text=True, timeout=20
    ).stdout.split()


def test_hands_out_signals_in_order_and_waits_no_longer_than_asked():
    assert run(
        "queue = SignalQueue([signal.SIGUSR1, signal.SIGUSR2])\n"
        "os.kill(os.getpid(), signal.SIGUSR1)\n"
        "os.kill(os.getpid(), signal.SIGUSR2)\n"
        "print(*(int(queue.wait(5)) == n for n in (signal.SIGUSR1, signal.SIGUSR2)), queue.wait(0.01))"
    ) == ["True", "True", "None"]


def test_a_signal_that_came_before_is_not_missed():
    assert run(
        "queue = SignalQueue([signal.SIGUSR1])\n"
        "os.kill(os.getpid(), signal.SIGUSR1)\n"
        "sum(range(100_000))\n"
        "print(queue.wait(0) == signal.SIGUSR1)"
    ) == ["True"]


def test_leaves_alone_what_nohup_wants_ignored():
    assert run(
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "queue = SignalQueue([signal.SIGHUP])\n"
        "os.kill(os.getpid(), signal.SIGHUP)\n"
        "print(queue.wait(0.05))"
    ) == ["None"]


@pytest.mark.parametrize("lines", ["kill close", "close kill"])
def test_a_forked_childs_signals_are_its_own(lines):
    code = {"kill": "os.kill(os.getpid(), signal.SIGUSR1)", "close": "queue.close()"}
    child = "".join(f"        {code[line]}\n" for line in lines.split())

    assert run(
        "queue = SignalQueue([signal.SIGUSR1])\n"
        "with queue.held_back():\n"
        "    pid = os.fork()\n"
        "    if pid == 0:\n" + child + "        os._exit(0)\n"
        "status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])\n"
        "print(status == -signal.SIGUSR1, queue.wait(0.05))"
    ) == ["True", "None"]
