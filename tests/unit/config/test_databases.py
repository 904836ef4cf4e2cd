"""From app-config and DATABASE_URL to Django's settings."""

from pathlib import Path

import pytest

from common.app_config import AppConfig, ConfigError
from config.databases import database_settings, is_postgres

DATA = Path("/data")


def read(database=None, *, url=None, data_dir=DATA):
    config = AppConfig.from_dict({"backend": {"database": database}} if database else {}, base_dir=Path("/conf"))
    return database_settings(config, url=url, data_dir=data_dir)


@pytest.mark.parametrize(
    ("database", "file"),
    [
        pytest.param(None, "/data/callboard.sqlite3", id="nothing said"),
        pytest.param({"client": "better-sqlite3", "connection": ":memory:"}, "/data/callboard.sqlite3", id="in memory"),
        pytest.param({"client": "better-sqlite3", "connection": "x.sqlite"}, "/conf/x.sqlite", id="a path"),
        pytest.param(
            {"client": "better-sqlite3", "connection": {"filename": "/var/x.sqlite"}}, "/var/x.sqlite", id="a filename"
        ),
        pytest.param(
            {"client": "better-sqlite3", "connection": {"directory": "../db"}},
            "/db/callboard.sqlite3",
            id="a directory",
        ),
    ],
)
def test_finds_the_sqlite_file(database, file):
    assert read(database)["NAME"] == file


def test_makes_sqlite_fit_for_several_processes():
    settings = read()

    assert settings["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "PRAGMA journal_mode=WAL" in settings["OPTIONS"]["init_command"]
    assert settings["OPTIONS"]["timeout"] == 30
    assert not is_postgres(settings)


def test_reads_the_connection_of_a_stock_production_config():
    settings = read(
        {"client": "pg", "connection": {"host": "db.internal", "port": "5433", "user": "backstage", "password": "pw"}}
    )

    named = {key: settings[key] for key in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")}
    assert named == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "callboard",
        "USER": "backstage",
        "PASSWORD": "pw",
        "HOST": "db.internal",
        "PORT": "5433",
    }
    assert is_postgres(settings)


@pytest.mark.parametrize(
    "connection",
    [
        "postgresql://us%40er:p%2Fw@db:5433/catalog?sslmode=require",
        {"connectionString": "postgresql://us%40er:p%2Fw@db:5433/catalog?sslmode=require"},
        "host=db port=5433 user=us@er password=p/w dbname=catalog sslmode=require",
    ],
)
def test_reads_connection_texts(connection):
    settings = read({"client": "pg", "connection": connection})

    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db", "5433", "catalog")
    assert (settings["USER"], settings["PASSWORD"]) == ("us@er", "p/w")
    assert settings["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize(
    ("tls", "options"),
    [
        pytest.param(True, {"sslmode": "verify-full", "sslrootcert": "system"}, id="on"),
        pytest.param(False, {"sslmode": "disable"}, id="off"),
        pytest.param({"rejectUnauthorized": False}, {"sslmode": "require"}, id="without checking the certificate"),
    ],
)
def test_says_nodes_ssl_in_the_words_of_libpq(tls, options):
    found = read({"client": "pg", "connection": {"host": "db", "ssl": tls}})["OPTIONS"]

    assert {key: value for key, value in found.items() if key.startswith("ssl")} == options


def test_puts_certificates_into_files_that_only_we_can_read(tmp_path):
    options = read(
        {"client": "pg", "connection": {"host": "db", "ssl": {"ca": "CA TEXT", "key": "KEY TEXT"}}}, data_dir=tmp_path
    )["OPTIONS"]

    assert options["sslmode"] == "verify-full"
    assert Path(options["sslrootcert"]).read_text() == "CA TEXT"
    assert Path(options["sslkey"]).read_text() == "KEY TEXT"
    assert Path(options["sslkey"]).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("postgres://db/catalog", "catalog"),
        ("postgresql:///", "callboard"),
        ("sqlite:////var/lib/x.sqlite3", "/var/lib/x.sqlite3"),
        ("sqlite:///", "/data/callboard.sqlite3"),
        ("sqlite:///:memory:", "/data/callboard.sqlite3"),
    ],
)
def test_the_environments_url_wins(url, name):
    assert read({"client": "pg", "connection": {"database": "other"}}, url=url)["NAME"] == name


def test_refuses_another_client():
    with pytest.raises(ConfigError) as raised:
        read({"client": "mysql2"})

    assert str(raised.value) == (
        "app-config.yaml: backend.database.client: got 'mysql2', "
        "expected 'better-sqlite3' (SQLite) or 'pg' (PostgreSQL)"
    )


def test_never_shows_the_password_of_a_wrong_url():
    with pytest.raises(ConfigError) as raised:
        read(url="mysql://root:hidden@db/x")

    assert str(raised.value) == (
        "DATABASE_URL: got a URL that starts with 'mysql:', expected 'postgresql://user@host/name' or 'sqlite:///path'"
    )


def test_refuses_a_port_that_is_no_number():
    with pytest.raises(ConfigError, match="DATABASE_URL: got a port that is no number, expected as in 'host:5432'"):
        read(url="postgresql://db:here/x")
