"""From ``backend.database`` or DATABASE_URL to Django's database settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from common.app_config import AppConfig, ConfigError
from config.secret_files import write_secret

DatabaseSettings = dict[str, Any]

SQLITE_FILE = "callboard.sqlite3"
POSTGRES_NAME = "callboard"
SQLITE_CLIENTS = ("better-sqlite3", "sqlite3")
BUSY_SECONDS = 30
# WAL lets readers go on while one writes; NORMAL loses nothing when a process is killed, only when the power fails.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY"
)


def database_settings(config: AppConfig, *, url: str | None, data_dir: Path) -> DatabaseSettings:
    """``url`` wins. Raises ConfigError for a client or connection that we cannot use."""
    if url:
        return _from_url(url, data_dir)
    client = config.string("backend.database.client", "better-sqlite3")
    if client in SQLITE_CLIENTS:
        return _sqlite(_sqlite_file(config, data_dir))
    if client == "pg":
        return _postgres(_postgres_options(config, data_dir))
    raise config.error("backend.database.client", "'better-sqlite3' (SQLite) or 'pg' (PostgreSQL)")


def is_postgres(settings: Mapping[str, Any]) -> bool:
    return bool(settings["ENGINE"] == "django.db.backends.postgresql")


def _from_url(url: str, data_dir: Path) -> DatabaseSettings:
    parts = urlsplit(url)
    if parts.scheme in ("postgres", "postgresql"):
        return _postgres(_url_options(url))
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        # As elsewhere: three slashes for a relative path, four for an absolute one.
        return _sqlite(Path(path[1:]).resolve() if path[1:] and path != "/:memory:" else data_dir / SQLITE_FILE)
    raise ConfigError(
        f"DATABASE_URL: got a URL that starts with '{parts.scheme}:', expected 'postgresql://user@host/name' or "
        "'sqlite:///path'"
    )


def _sqlite_file(config: AppConfig, data_dir: Path) -> Path:
    """What is in memory there lies in the data folder here, since several processes share it."""
    connection = config.get("backend.database.connection", ":memory:")
    base = config.base_dir("backend.database.connection")
    if isinstance(connection, Mapping):
        if directory := config.string("backend.database.connection.directory"):
            return (base / directory / SQLITE_FILE).resolve()
        connection = config.string("backend.database.connection.filename", ":memory:")
    if not isinstance(connection, str):
        raise config.error("backend.database.connection", "':memory:', a path, or { directory: path }")
    return data_dir / SQLITE_FILE if connection == ":memory:" else (base / connection).resolve()


def _sqlite(path: Path) -> DatabaseSettings:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        # IMMEDIATE: a transaction that read first and writes later could not wait for another writer.
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": BUSY_SECONDS, "init_command": SQLITE_PRAGMAS},
    }


def _postgres(options: dict[str, Any]) -> DatabaseSettings:
    """libpq's own words for a connection, as Django wants them."""
    known = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": POSTGRES_NAME,
        **{known[key]: str(value) for key, value in options.items() if key in known},
        # One connection for each thread of the door and each worker process, kept; a broken one is replaced.
        "CONN_MAX_AGE": None,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {
            "application_name": "callboard",
            "connect_timeout": 5,
            **{key: value for key, value in options.items() if key not in known},
        },
    }


def _url_options(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ConfigError("DATABASE_URL: got a port that is no number, expected as in 'host:5432'") from None
    found = {
        "user": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
        "host": unquote(parts.hostname or ""),
        "port": port,
        "dbname": unquote(parts.path.lstrip("/")),
    }
    return {key: value for key, value in found.items() if value} | dict(parse_qsl(parts.query))


def _postgres_options(config: AppConfig, data_dir: Path) -> dict[str, Any]:
    connection = config.get("backend.database.connection", {})
    if isinstance(connection, str):
        return _text_options(config, connection)
    section = config.section("backend.database.connection")
    if text := section.string("connectionString"):
        return _text_options(config, text)
    names = {"host": "host", "user": "user", "password": "password", "database": "dbname"}
    readers: dict[str, Callable[[str], Any]] = dict.fromkeys(names, section.string)
    options = {names[name]: value for name, read in readers.items() if (value := read(name))}
    if port := section.integer("port"):
        options["port"] = port
    return options | _tls_options(section, data_dir)


def _text_options(config: AppConfig, text: str) -> dict[str, Any]:
    if "://" in text:
        return _url_options(text)
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        return conninfo_to_dict(text)
    except ProgrammingError:
        raise config.error("backend.database.connection", "as in 'postgresql://user@host/name'") from None


def _tls_options(section: AppConfig, data_dir: Path) -> dict[str, Any]:
    """Node's ``ssl`` in libpq's words. Certificates that stand in the configuration go to files, which libpq wants."""
    if not section.has("ssl"):
        return {}
    if isinstance(section.get("ssl"), bool):
        return {"sslmode": "verify-full", "sslrootcert": "system"} if section.boolean("ssl") else {"sslmode": "disable"}
    tls = section.section("ssl")
    options: dict[str, Any] = {"sslmode": "verify-full" if tls.boolean("rejectUnauthorized", True) else "require"}
    if options["sslmode"] == "verify-full":
        options["sslrootcert"] = "system"
    for name, option in (("ca", "sslrootcert"), ("cert", "sslcert"), ("key", "sslkey")):
        if text := tls.string(name):
            options[option] = str(write_secret(data_dir / f"postgres-{name}.pem", text))
    return options
