"""What the start of a server does not pay for, in a fresh interpreter."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
import sys, django
django.setup()
import config.urls
assert "mcp_actions.views" in sys.modules
assert [name for name in ("mcp", "mcp_types", "pydantic", "starlette") if name in sys.modules] == []
"""


def test_the_sdk_is_imported_by_the_first_request_only(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment |= {"CALLBOARD_CONFIG": "", "CALLBOARD_DATA_DIR": str(tmp_path)}
    environment.pop("DATABASE_URL", None)

    run = subprocess.run([sys.executable, "-c", SCRIPT], cwd=tmp_path, env=environment, capture_output=True, text=True)

    assert (run.returncode, run.stderr) == (0, "")
