"""
What holds for every test: no network, but for this machine where a test is marked ``loopback``.

Tests that need programs which not everybody has are another tier: they are not even collected unless they are asked
for (``make test-node``, ``make test-browser``).
"""

import os
import sys

import pytest

TIERS = {"node": "CALLBOARD_TEST_NODE", "browser": "CALLBOARD_TEST_BROWSER", "kill": "CALLBOARD_TEST_KILL"}

collect_ignore = ["bench", *(folder for folder, switch in TIERS.items() if not os.environ.get(switch))]


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("loopback"):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1"]))


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
