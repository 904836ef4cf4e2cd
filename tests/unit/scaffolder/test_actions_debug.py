"""Actions that show what a template does."""

import json
import threading
from pathlib import Path

import pytest

from common.errors import InputError
from scaffolder.actions.debug import ACTIONS
from scaffolder.actions.errors import StepStoppedError
from tests.unit.scaffolder.action_world import EventStop, run_action

RECORDED = json.loads((Path(__file__).parents[2] / "conformance/golden/scaffolder.json").read_text())
BY_ID = {action.id: action for action in ACTIONS}


def said(**given):
    files = {"catalog-info.yaml": "kind: X", "sub/info.yaml": "kind: Y"}
    return [message for _, message in run_action(BY_ID["debug:log"], given, files=files).log.lines]


def test_a_message_and_a_listing_as_recorded():
    assert said(message="x", listWorkspace=True) == RECORDED["flow order-and-outputs"]["said"][-3:]


@pytest.mark.parametrize("given", [{}, {"message": ""}, {"listWorkspace": False}])
def test_nothing_but_the_input_is_said_if_nothing_is_asked_for(given):
    assert said(**given) == [json.dumps(given, indent=2)]


def test_files_with_their_contents():
    lines = said(listWorkspace="with-contents")

    assert lines[1] == "Workspace:\n - catalog-info.yaml:\n\n  kind: X\n - sub/info.yaml:\n\n  kind: Y"


def test_large_files_are_named_only():
    ran = run_action(BY_ID["debug:log"], {"listWorkspace": "with-contents"}, files={"big": "x" * 70_000})

    assert ran.log.lines[-1] == ("info", "Workspace:\n - big: [skipped]")


@pytest.mark.parametrize("given", [{}, {"milliseconds": 1}, {"seconds": -5}, {"seconds": 601, "minutes": -10.02}])
def test_waiting_comes_to_an_end(given):
    assert run_action(BY_ID["debug:wait"], given).outputs == {}


@pytest.mark.parametrize("given", [{"minutes": 11}, {"seconds": 600.001}, {"minutes": 10, "milliseconds": 1}])
def test_waiting_for_too_long(given):
    message = "Waiting duration is longer than the maximum threshold of 0 hours, 10 minutes, 0 seconds"
    with pytest.raises(InputError, match=message):
        run_action(BY_ID["debug:wait"], given)


def test_waiting_ends_when_the_step_has_to():
    stop = EventStop()
    threading.Timer(0.01, stop.event.set).start()
    with pytest.raises(StepStoppedError):
        run_action(BY_ID["debug:wait"], {"minutes": 10}, stop=stop)
