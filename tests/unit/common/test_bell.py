"""A burst of writes rings a few times, and once after the last."""

import threading
import time

import pytest
from kombu.exceptions import OperationalError

from common.bell import Bell


@pytest.fixture
def rung():
    return []


def wait_until_quiet(bell):
    deadline = time.monotonic() + 30
    while bell._is_quiet:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_first_ring_is_sent_at_once(rung):
    bell = Bell(lambda: rung.append(threading.current_thread()), quiet_seconds=0.05)
    bell.ring()
    assert rung == [threading.current_thread()]
    wait_until_quiet(bell)
    assert len(rung) == 1


def test_a_burst_is_heard_once_more_after_its_last(rung):
    written = 0
    bell = Bell(lambda: rung.append(written), quiet_seconds=1)
    for _ in range(100):
        written += 1
        bell.ring()
    wait_until_quiet(bell)
    assert (rung[0], rung[-1]) == (1, 100)
    assert len(rung) < 100


def test_each_is_heard_where_none_is_to_wait(rung):
    bell = Bell(lambda: rung.append(1), quiet_seconds=0)
    bell.ring()
    bell.ring()
    assert rung == [1, 1]


def test_a_bell_that_nobody_hears_is_no_fault(caplog):
    def send():
        raise OperationalError("no broker")

    Bell(send, quiet_seconds=0).ring()
    assert "nobody could be called to work: no broker" in caplog.text
