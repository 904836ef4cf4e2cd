"""
What holds for every test: no network, but for this machine where a test is marked ``loopback``.

Tests that need programs which not everybody has are another tier: they are not even collected unless they are asked
for (``make test-node``, ``make test-browser``).
"""

import os
import sys

import pytest

TIERS = {
    "node": "CALLBOARD_TEST_NODE",
    "browser": "CALLBOARD_TEST_BROWSER",
    "frontend": "CALLBOARD_TEST_FRONTEND",
    "kill": "CALLBOARD_TEST_KILL",
}

collect_ignore = ["bench", *(folder for folder, switch in TIERS.items() if not os.environ.get(switch))]


# Fixtures of tests that use the database.
DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}


def pytest_collection_modifyitems(config, items):
    if os.environ.get("CALLBOARD_TEST_DATABASE_URL"):
        # The tests of attacks that have nothing to do with a database have run on SQLite.
        dropped = [item for item in items if "hostile" in item.path.parts and not _needs_database(item)]
        config.hook.pytest_deselected(items=dropped)
        items[:] = [item for item in items if item not in set(dropped)]
    for item in items:
        if item.get_closest_marker("loopback"):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1"]))


def _needs_database(item):
    return (
        item.get_closest_marker("django_db") or item.get_closest_marker("loopback") or DATABASE & {*item.fixturenames}
    )


@pytest.fixture(autouse=True)
def _bells_ring_at_once(monkeypatch):
    """Tests count them."""
    monkeypatch.setattr("common.bell.QUIET_SECONDS", 0)


@pytest.fixture(autouse=True)
def _forget_entities():
    """What one test has read is no news to the next."""
    yield
    cuts = sys.modules.get("catalog.queries.cuts")
    if cuts:
        cuts.CUTS.forget()


@pytest.fixture(autouse=True)
def _forget_accounts():
    """Nor is what a code host said of its limits, or the token that it gave."""
    yield
    for module, name in (("budget", "BUDGETS"), ("github_app", "APP_TOKENS")):
        loaded = sys.modules.get(f"integrations.hosts.{module}")
        if loaded:
            getattr(loaded, name).forget()
