"""
Dry runs of many small templates, and of the texts of 291 real ones, against what the reference answered.

Compared are the status and the error's name, outputs with their types, every file byte for byte, and each step's
statuses in order. Texts are not.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.integration.scaffolder_world import ScaffolderWorld

pytestmark = pytest.mark.django_db

HERE = Path(__file__).parent
CASES = HERE / "fixtures" / "scaffolder"
NOISE = re.compile(r"/[^\s\"']*/dry-run-[^\s\"']+|/tmp/[^\s\"']+|dry-run-[0-9a-f-]{36}|[0-9a-f]{8}-[0-9a-f-]{27}")


def template(steps, output=None, parameters=None):
    spec = {"owner": "team-a", "type": "service", "steps": steps, "output": output or {}}
    if parameters:
        spec["parameters"] = parameters
    return {
        "apiVersion": "scaffolder.backstage.io/v1beta3",
        "kind": "Template",
        "metadata": {"name": "case"},
        "spec": spec,
    }


def encoded(files):
    return [{"path": path, "base64Content": base64.b64encode(text.encode()).decode()} for path, text in files.items()]


def request(template, values, secrets=None, files=None):
    return {
        "template": template,
        "values": values,
        "secrets": secrets or {},
        "directoryContents": encoded(files or {}),
    }


def expressions():
    document = yaml.safe_load((CASES / "expressions.yaml").read_text())
    log = [{"id": "n", "action": "debug:log", "input": {"message": "x"}}]
    for text in document["expressions"]:
        is_whole = ("${{" in text or "{%" in text) and not text.startswith("'${{")
        output = {"value": text if is_whole else "${{ " + text + " }}"}
        yield f"expr {text}", request(template(log, output), document["values"], {"token": "t0ps3cr3t"})


def skeletons():
    for case in yaml.safe_load((CASES / "fetch.yaml").read_text()):
        given = {"url": "./skeleton", "values": case["values"], **case.get("input", {})}
        step = {"id": "fetch", "action": "fetch:template", "input": given}
        yield f"fetch {case['id']}", request(template([step]), {}, files=case["files"])


def flows():
    for case in yaml.safe_load((CASES / "flows.yaml").read_text()):
        steps = [{"name": step["id"], **step} for step in case["steps"]]
        made = template(steps, case.get("output"), case.get("parameters"))
        yield f"flow {case['id']}", request(made, case["values"], case.get("secrets"), case.get("files"))


def batches():
    log = [{"id": "n", "name": "n", "action": "debug:log", "input": {"message": "x"}}]
    for case in json.loads(gzip.decompress((HERE / "golden" / "template-cases.json.gz").read_bytes())):
        output = {f"t{number}": text for number, text in enumerate(case["texts"])}
        yield case["id"], request(template(log, output), case["values"])


@cache
def recorded():
    small = json.loads((HERE / "golden" / "scaffolder.json").read_text())
    large = json.loads(gzip.decompress((HERE / "golden" / "templates.json.gz").read_bytes()))
    return small | large


def digest(answer):
    body = answer.json()
    if answer.status_code >= 400:
        return {"status": answer.status_code, "error": (body.get("error") or {}).get("name")}
    lines = [line["body"] for line in body["log"]]
    files = {file["path"]: base64.b64decode(file["base64Content"]) for file in body["directoryContents"]}
    return {
        "status": answer.status_code,
        "output": json.loads(NOISE.sub("~", json.dumps(body["output"]))),
        "files": {path: content.decode("utf-8", "replace") for path, content in files.items()},
        "steps": [[line.get("stepId"), line["status"]] for line in lines if line.get("status")],
    }


@pytest.fixture
def ask(settings, client):
    world = ScaffolderWorld(settings, client)
    return lambda body: digest(world.post("v2/dry-run", body))


SMALL = [*expressions(), *skeletons(), *flows()]


@pytest.mark.parametrize(("case", "body"), SMALL, ids=[case for case, _ in SMALL])
def test_small_templates_give_what_the_reference_gave(ask, case, body):
    want = recorded()[case]
    assert ask(body) == {key: want[key] for key in ("status", "error", "output", "files", "steps") if key in want}


def test_texts_of_real_templates_give_what_the_reference_gave(ask):
    cases = dict(batches())
    assert len(cases) == 325
    different = {}
    for case, body in cases.items():
        got, want = ask(body), recorded()[case]
        if any(got.get(key) != want.get(key) for key in ("status", "error", "output", "files", "steps")):
            different[case] = got
    assert different == {}
