"""What is left out at start, in a fresh interpreter."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import sys
from config.lean_imports import import_lean
import_lean()
left_out = ("rich", "trio", "requests", "psycopg", "click", "django.contrib.postgres")
assert [name for name in left_out if name in sys.modules] == []

# Who needs one of them himself gets it.
import requests, rich.table, httpx, django
django.setup()
from rest_framework import serializers
assert httpx.Client and serializers.Serializer and requests.Session
"""


def test_leaves_out_what_nobody_uses_and_breaks_nothing(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment |= {"CALLBOARD_CONFIG": "", "CALLBOARD_DATA_DIR": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, text=True
    )

    assert (run.returncode, run.stderr) == (0, "")
