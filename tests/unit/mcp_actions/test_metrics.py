"""What is counted of tools."""

import pytest
from prometheus_client import REGISTRY

from mcp_actions.metrics import timed


def count_of(method, tool="", error=""):
    labels = {"mcp_method_name": method, "gen_ai_tool_name": tool, "error_type": error}
    return REGISTRY.get_sample_value("mcp_server_operation_duration_seconds_count", labels)


def test_counts_by_method_tool_and_error():
    with timed("test/one") as operation:
        operation.tool, operation.error = "a", "tool_error"

    assert (count_of("test/one", "a", "tool_error"), count_of("test/one", "a")) == (1.0, None)


def test_what_breaks_is_counted_and_goes_on():
    with pytest.raises(ZeroDivisionError), timed("test/two"):
        raise ZeroDivisionError

    assert count_of("test/two", error="ZeroDivisionError") == 1.0
