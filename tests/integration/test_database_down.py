"""A database that cannot be reached, seen by a client of the API."""

import pytest
from django.db import connection

from common.app_config import AppConfig

PATHS = ("entities/by-query", "entities/by-name/component/default/cart", "locations", "entity-facets?facet=kind")


@pytest.fixture
def _no_database(transactional_db, monkeypatch):
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", "/nowhere/callboard.sqlite3")
        yield
        connection.close()


@pytest.mark.usefixtures("_no_database")
@pytest.mark.parametrize("path", PATHS)
def test_says_that_it_is_the_database_and_not_how_it_is_reached(client, path, settings, caplog):
    settings.APP_CONFIG = AppConfig.from_dict({"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}})
    response = client.get(f"/api/catalog/{path}")

    assert response.status_code == 503
    assert response.json()["error"] == {
        "name": "ServiceUnavailableError",
        "message": "The database cannot be reached, try again later",
    }
    assert [record.levelname for record in caplog.records if record.name == "common.exception_handler"] == ["ERROR"]
