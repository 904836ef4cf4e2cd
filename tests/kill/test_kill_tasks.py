"""
The worker killed inside each step of a task, and at each boundary: the task completes, what was reported done is not
done again, and whoever watches sees every event once.
"""

from __future__ import annotations

import json
import threading
import urllib.request
from pathlib import Path

import pytest

from tests.integration.serving import running_server, wait_for

pytestmark = pytest.mark.loopback

STEPS = 6
KILLS_PER_STEP = 2
API = "/api/scaffolder/v2"

# An installed package with one action: it notes each run, and kills its own process at the moments it is told.
PACKAGE = """
import json, os, signal
from pathlib import Path
from scaffolder.actions.action import Action

FOLDER = Path({folder!r})

def note(context, moment):
    with open(FOLDER / "runs.jsonl", "a") as file:
        file.write(json.dumps([context.step_id, moment, context.idempotency_key]) + "\\n")

def kill_once(name):
    mark = FOLDER / name
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)

def run(context):
    note(context, "begun")
    kill_once(f"{{context.step_id}}-begun")          # the boundary: the step before has just been journalled
    made = context.checkpoint("made", lambda: len(os.listdir(FOLDER)))
    context.workspace.write_text(f"{{context.step_id}}.txt", str(made))
    context.log.info(f"{{context.step_id}} is at work")
    kill_once(f"{{context.step_id}}-inside")         # inside: it has made something, and told of it
    context.output("made", made)
    note(context, "ended")

ACTIONS = [Action(id="test:deadly", description="", run=run)]
"""

TEMPLATE = {
    "apiVersion": "scaffolder.backstage.io/v1beta3",
    "kind": "Template",
    "metadata": {"name": "deadly"},
    "spec": {
        "type": "service",
        "owner": "team-a",
        "steps": [{"id": f"s{number}", "name": f"S{number}", "action": "test:deadly"} for number in range(STEPS)]
        + [{"id": "list", "name": "List", "action": "fs:readdir", "input": {"paths": ["."], "recursive": True}}],
        "output": {"files": "${{ steps.list.output.files }}"},
    },
}


def install(folder: Path) -> Path:
    """A package folder that says of itself which actions it brings."""
    site = folder / "site"
    info = site / "deadly-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "deadly_action.py").write_text(PACKAGE.format(folder=str(folder / "marks")))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: deadly\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[callboard.actions]\ndeadly = deadly_action:ACTIONS\n")
    (folder / "marks").mkdir()
    return site


def configuration(folder: Path) -> str:
    return json.dumps(
        {
            "backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}},
            "callboard": {"web": {"workers": 1}},
            "catalog": {
                "rules": [{"allow": ["Template"]}],
                "locations": [{"type": "file", "target": str(folder / "template.yaml")}],
            },
            "scaffolder": {"concurrentTasksLimit": 2, "taskRecovery": {"staleTimeout": {"seconds": 1}}},
        }
    )


def post(url: str, body: object) -> dict[str, str]:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


class Watcher(threading.Thread):
    """Reads the event stream of a task to its end, as a browser would."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.events: list[dict[str, object]] = []

    def run(self) -> None:
        with urllib.request.urlopen(self.url, timeout=60) as stream:
            for line in stream:
                if line.startswith(b"data:"):
                    self.events.append(json.loads(line[5:]))


def test_a_task_outlives_the_death_of_its_worker_at_every_step(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(install(tmp_path)))
    (tmp_path / "template.yaml").write_text(json.dumps(TEMPLATE))
    with running_server(tmp_path, configuration(tmp_path)) as server:
        server.wait_until_ready()
        by_name = "/api/catalog/entities/by-name/template/default/deadly"
        wait_for(lambda: server.get(by_name)[0] == 200, otherwise=server.read_log)
        created = post(f"{server.url}{API}/tasks", {"templateRef": "template:default/deadly", "values": {}})
        task_path = f"{API}/tasks/{created['id']}"
        watcher = Watcher(f"{server.url}{task_path}/eventstream")
        watcher.start()
        watcher.join(240)
        assert not watcher.is_alive(), server.read_log()
        task, events = server.get(task_path)[1], server.get(f"{task_path}/events")[1]

    assert task["status"] == "completed"
    assert [event["id"] for event in watcher.events] == [event["id"] for event in events]
    ids = [event["id"] for event in events]
    assert ids == sorted(set(ids))

    runs = [json.loads(line) for line in (tmp_path / "marks" / "runs.jsonl").read_text().splitlines()]
    for number in range(STEPS):
        mine = [(moment, key) for step, moment, key in runs if step == f"s{number}"]
        assert [moment for moment, _ in mine] == ["begun"] * (KILLS_PER_STEP + 1) + ["ended"]
        assert len({key for _, key in mine}) == 1
    order = [step for step, moment, _ in runs if moment == "ended"]
    assert order == [f"s{number}" for number in range(STEPS)]
    done = [event["body"]["stepId"] for event in events if event["body"].get("status") == "completed"]
    assert done == [*order, "list"]
    assert len(events[-1]["body"]["output"]["files"]) == STEPS
    assert sum(event["type"] == "recovered" for event in events) >= STEPS * KILLS_PER_STEP
