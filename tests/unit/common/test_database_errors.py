"""What a caller may try again, and what is our own fault."""

import sqlite3

import psycopg
import pytest
from django.db import DataError, IntegrityError, InterfaceError, OperationalError, ProgrammingError

from common.database_errors import is_unreachable


def caused(error, cause):
    error.__cause__ = cause
    return error


def sqlite_error(code):
    cause = sqlite3.OperationalError("m")
    cause.sqlite_errorcode = code
    return caused(OperationalError("m"), cause)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(caused(OperationalError("m"), psycopg.OperationalError("refused")), True, id="no connection"),
        pytest.param(caused(OperationalError("m"), psycopg.errors.AdminShutdown("m")), True, id="shut down"),
        pytest.param(caused(OperationalError("m"), psycopg.errors.TooManyConnections("m")), True, id="too many"),
        pytest.param(caused(OperationalError("m"), psycopg.errors.ConnectionFailure("m")), True, id="connection broke"),
        pytest.param(caused(InterfaceError("m"), psycopg.InterfaceError("m")), True, id="connection is closed"),
        pytest.param(caused(OperationalError("m"), psycopg.errors.DeadlockDetected("m")), False, id="deadlock"),
        pytest.param(caused(ProgrammingError("m"), psycopg.errors.UndefinedTable("m")), False, id="no such table"),
        pytest.param(caused(DataError("m"), psycopg.DataError("m")), False, id="odd data"),
        pytest.param(IntegrityError("m"), False, id="integrity"),
        pytest.param(sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), True, id="SQLite is busy"),
        pytest.param(sqlite_error(sqlite3.SQLITE_CANTOPEN), True, id="SQLite finds no file"),
        pytest.param(sqlite_error(sqlite3.SQLITE_ERROR), False, id="SQLite finds no table"),
    ],
)
def test_knows_a_database_that_cannot_be_asked_now(error, expected):
    assert is_unreachable(error) is expected
