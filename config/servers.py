"""Are the servers that we need there? Asked once at start, to say it in one line instead of a traceback."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, OperationalError, connection

from common.errors import ServiceUnavailableError
from config.databases import is_postgres

PAUSE_SECONDS = 0.5
MAINTENANCE_DATABASE = "postgres"


def ensure_database(patience: timedelta) -> None:
    """
    Connect; on PostgreSQL create the database if only that is missing.

    Raises ServiceUnavailableError if that is not possible within ``patience``.
    """
    deadline = time.monotonic() + patience.total_seconds()
    while True:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            if _create_missing_database():
                continue
            if not is_postgres(connection.settings_dict) or time.monotonic() > deadline:
                raise ServiceUnavailableError(explain(error)) from None
            time.sleep(PAUSE_SECONDS)
        except DatabaseError as error:
            raise ServiceUnavailableError(explain(error)) from None
        else:
            return


def _create_missing_database() -> bool:
    """True if the server answers, but had no database of that name until now."""
    wanted = connection.settings_dict
    if not is_postgres(wanted):
        return False
    import psycopg
    from psycopg import sql

    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    options = {key: wanted[name] for key, name in names.items() if wanted[name]}
    tls = {key: value for key, value in wanted["OPTIONS"].items() if key.startswith("ssl") or key == "connect_timeout"}
    try:
        with psycopg.connect(dbname=MAINTENANCE_DATABASE, autocommit=True, **options, **tls) as server:
            if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [wanted["NAME"]]).fetchone():
                return False
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(wanted["NAME"])))
    except psycopg.errors.DuplicateDatabase:
        return True  # by another process that starts with us
    except psycopg.Error:
        return False
    return True


def explain(error: DatabaseError) -> str:
    """One line: which database, where it is configured, and what is wrong with it."""
    known = connection.settings_dict
    reason = " ".join(str(error).split())
    if is_postgres(known):
        place = f"PostgreSQL's database '{known['NAME']}' at {known['HOST'] or 'localhost'}:{known['PORT'] or 5432}"
        return f"cannot reach {place}; see backend.database and DATABASE_URL: {reason}"
    return f"cannot open the SQLite file {known['NAME']}; see --data: {reason}"


def ensure_broker(patience: timedelta) -> None:
    """Raises ServiceUnavailableError if Redis is configured and does not answer within ``patience``."""
    url: str | None = settings.CALLBOARD_REDIS.url
    if url is None:
        return
    import redis

    client: Any = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)
    deadline = time.monotonic() + patience.total_seconds()
    while True:
        try:
            client.ping()
        except redis.RedisError as error:
            if time.monotonic() > deadline:
                reason = " ".join(str(error).split())
                raise ServiceUnavailableError(
                    f"cannot reach Redis at {_without_password(url)}; see callboard.redis and REDIS_URL: {reason}"
                ) from None
            time.sleep(PAUSE_SECONDS)
        else:
            client.close()
            return


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
