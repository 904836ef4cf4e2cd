"""What holds for every test: no network, but for this machine where a test is marked ``loopback``."""

import pytest


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker("loopback"):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1", "::1"]))
