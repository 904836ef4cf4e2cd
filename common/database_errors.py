"""Which errors of the database are no fault of the statement."""

from __future__ import annotations

import sqlite3

from django.db import Error, InterfaceError, OperationalError

# Of SQLSTATE: connections, resources that ran out, an operator's doing.
_POSTGRES_CLASSES = ("08", "53", "57")
_SQLITE_CODES = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR)


def is_unreachable(error: Error) -> bool:
    """Whether the database could not be asked, or has no time now: the same may succeed later."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in _SQLITE_CODES
    if isinstance(error, InterfaceError):
        return True
    # A connection that could not be made, or broke, has no SQLSTATE.
    sqlstate = getattr(cause, "sqlstate", None)
    return isinstance(error, OperationalError) and (sqlstate is None or sqlstate[:2] in _POSTGRES_CLASSES)
