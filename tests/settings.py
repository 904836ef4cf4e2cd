"""
The settings of the test suite: a data folder of its own, no configuration file, SQLite.

CALLBOARD_TEST_DATABASE_URL, as in postgresql://postgres@127.0.0.1:5432, runs the same tests on a PostgreSQL server,
in a database with a random name that is dropped afterwards.
"""

import atexit
import os
import secrets
import shutil
import tempfile

_data_dir = tempfile.mkdtemp(prefix="callboard-tests-")
_owner = os.getpid()


@atexit.register
def _remove_data_dir():
    if os.getpid() == _owner:
        shutil.rmtree(_data_dir, ignore_errors=True)


for _name in [name for name in os.environ if name.startswith("APP_CONFIG_")]:
    del os.environ[_name]
os.environ.pop("NODE_ENV", None)
os.environ.pop("REDIS_URL", None)
os.environ.pop("DATABASE_URL", None)
os.environ["CALLBOARD_CONFIG"] = ""
os.environ["CALLBOARD_DATA_DIR"] = _data_dir
os.environ["APP_CONFIG_callboard_secretKey"] = "only for tests, as everybody can read it"  # noqa: SIM112  keys of app-config keep their case
if "CALLBOARD_TEST_DATABASE_URL" in os.environ:
    os.environ["DATABASE_URL"] = os.environ["CALLBOARD_TEST_DATABASE_URL"]

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

if "DATABASE_URL" in os.environ:
    DATABASES["default"]["TEST"] = {"NAME": f"callboard_test_{secrets.token_hex(6)}"}
else:
    # A file and not memory, since connections of several threads share it as they would in earnest.
    DATABASES["default"]["TEST"] = {"NAME": f"{_data_dir}/test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += "; PRAGMA synchronous=OFF"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
