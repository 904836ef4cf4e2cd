"""The small parts that a run is made of."""

from __future__ import annotations

import math
import signal
import threading
import time

import pytest

from common.errors import InputError
from scaffolder.actions.errors import StepStoppedError
from scaffolder.execution.example_output import example_output
from scaffolder.execution.log import LONGEST_LINE, StepLogger
from scaffolder.execution.rendering import is_truthy
from scaffolder.execution.step import Step
from scaffolder.execution.stop import SIGNAL, StepStop
from scaffolder.redaction import Redactor
from scaffolder.templating.values import UNDEFINED

STEP = {"id": "s", "name": "S", "action": "debug:log"}


@pytest.mark.parametrize(
    ("value", "seconds"), [(5, 5.0), (0.5, 0.5), ("2 minutes", 120.0), ("PT1M", 60.0), ({"hours": 1}, 3600.0)]
)
def test_a_timeout_is_seconds_or_a_duration(value, seconds):
    assert Step.parse(0, {**STEP, "timeout": value}).timeout == seconds


@pytest.mark.parametrize("value", [-1, "soon", True, [], {"lightyears": 1}])
def test_a_wrong_timeout_is_quoted(value):
    with pytest.raises(InputError, match="Step 's' has timeout"):
        Step.parse(0, {**STEP, "timeout": value})


@pytest.mark.parametrize("value", ["often", {}, {"max": -1}, {"max": True}, {"max": 1000}, {"max": 1, "backoff": "x"}])
def test_a_wrong_retry_is_quoted(value):
    with pytest.raises(InputError, match="Step 's' has retry"):
        Step.parse(0, {**STEP, "retry": value})


def test_a_retry_has_a_number_and_a_wait():
    step = Step.parse(3, {**STEP, "retry": {"max": 2, "backoff": "5s"}})
    assert (step.position, step.retries, step.backoff) == (3, 2, 5.0)
    assert Step.parse(0, STEP).retries == 0


@pytest.mark.parametrize("value", [None, UNDEFINED, False, 0, "", [], math.nan])
def test_what_is_false(value):
    assert not is_truthy(value)


@pytest.mark.parametrize("value", [True, 1, "false", [0], {}, -1])
def test_what_is_true(value):
    assert is_truthy(value)


def test_examples_follow_the_schema():
    schema = {
        "type": "object",
        "properties": {
            "url": {"type": "string", "examples": ["https://x"]},
            "name": {"type": "string"},
            "count": {"type": "number"},
            "is": {"type": "boolean"},
            "list": {"type": "array", "items": {"type": "string"}},
            "tuple": {"type": "array", "items": [{"type": "number"}]},
            "empty": {"type": "array"},
            "odd": {"type": ["string", "null"]},
        },
    }
    assert example_output(schema) == {
        "url": "https://x",
        "name": "<example>",
        "count": 0,
        "is": False,
        "list": ["<example>"],
        "tuple": [0],
        "empty": [],
        "odd": "<unknown>",
    }
    assert example_output("no schema") == "<unknown>"


class Lines:
    def __init__(self):
        self.written = []

    def log(self, message, *, step_id=None, status=None):
        self.written.append((step_id, message))


def test_lines_are_redacted_before_they_are_cut():
    lines = Lines()
    secret = "s3cret-value-that-lies-on-the-edge"
    log = StepLogger(lines, Redactor([secret]), "s")
    log.info("x" * (LONGEST_LINE - 5) + secret)
    log.debug("only for us")
    ((step_id, text),) = lines.written
    assert step_id == "s"
    assert "s3cr" not in text
    assert text.startswith("\x1b[32minfo\x1b[39m: xxx")


def test_a_long_line_says_what_is_missing():
    lines = Lines()
    StepLogger(lines, Redactor(), "s").warn("x" * (LONGEST_LINE + 7))
    assert lines.written[0][1].endswith("... (7 characters more)")


def test_a_step_is_interrupted_in_the_midst_of_a_sleep():
    stop = StepStop()
    threading.Timer(0.1, stop.request, ("cancelled", "stop it")).start()
    began = time.monotonic()
    with pytest.raises(StepStoppedError, match="stop it"), stop.interrupting():
        time.sleep(20)
    assert time.monotonic() - began < 10
    assert signal.getsignal(SIGNAL) == signal.SIG_DFL


def test_what_is_held_back_is_finished_first():
    stop = StepStop()
    done = []

    def work():
        stop.request("timeout", "too long")
        done.append("finished")

    with pytest.raises(StepStoppedError), stop.interrupting(), stop.held_back():
        work()
    assert done == ["finished"]


def test_the_first_reason_stays_and_a_late_start_is_refused():
    stop = StepStop()
    stop.request("cancelled", "first")
    stop.request("timeout", "second")
    with pytest.raises(StepStoppedError, match="first"), stop.interrupting():
        raise AssertionError("it must not begin")
    with pytest.raises(StepStoppedError, match="first"):
        stop.wait(10)
    assert stop.is_set()


def test_a_wish_after_the_end_of_the_step_harms_nobody():
    stop = StepStop()
    with stop.interrupting():
        pass
    stop.request("cancelled", "too late")
    time.sleep(0)
    assert stop.error is not None


def test_in_another_thread_only_asking_helps():
    stop, seen = StepStop(), []

    def work():
        try:
            with stop.interrupting():
                stop.wait(10)
        except StepStoppedError as error:
            seen.append(error.reason)

    thread = threading.Thread(target=work)
    thread.start()
    stop.request("cancelled", "stop it")
    thread.join(5)
    assert seen == ["cancelled"]
