"""Counting in several processes."""

import os
import subprocess
import sys
from pathlib import Path

from config.metrics_folder import prepare_metrics

ROOT = Path(__file__).resolve().parents[3]

# Two processes that count for a third one.
SCRIPT = """
import os
from pathlib import Path
from config.metrics_folder import prepare_metrics
prepare_metrics(Path(os.environ["FOLDER"]))
from catalog import metrics
if os.fork() == 0:
    metrics.count_processed_location(changed=True, failed=False)
    metrics.count_stitched(3)
    os._exit(0)
os.wait()
metrics.count_processed_location(changed=True, failed=False)
import django
django.setup()
from config.metrics import AllProcesses
for metric in AllProcesses().collect():
    for sample in metric.samples:
        if sample.value:
            print(sample.name, sample.labels, sample.value)
"""


def test_adds_up_what_all_processes_counted(tmp_path):
    environment = {**os.environ, "FOLDER": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment |= {"DJANGO_SETTINGS_MODULE": "config.settings", "CALLBOARD_CONFIG": ""}
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )

    assert set(run.stdout.splitlines()) == {
        "catalog_processed_entities_count_total {'result': 'changed'} 2.0",
        "catalog_stitched_entities_count_total {} 3.0",
    }


def test_removes_what_the_dead_counted_and_leaves_the_living_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR", raising=False)
    prepare_metrics(tmp_path)
    [living] = (tmp_path / "metrics").iterdir()
    dead = tmp_path / "metrics" / "dead"
    dead.mkdir()
    (dead / "lock").touch()

    prepare_metrics(tmp_path)

    assert living.exists()
    assert not dead.exists()
    monkeypatch.delenv("PROMETHEUS_MULTIPROC_DIR")
