"""How long tools take, under Backstage's name. The labels name tools, never who calls them or with what."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import Histogram

BUCKETS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300)

SECONDS = Histogram(
    "mcp_server_operation_duration_seconds",
    "MCP request duration as observed on the receiver",
    ["mcp_method_name", "gen_ai_tool_name", "error_type"],
    buckets=BUCKETS,
)


class Operation:
    """``tool`` is the name of one that there is; ``error`` stays empty unless somebody says otherwise."""

    tool = ""
    error = ""


@contextmanager
def timed(method: str) -> Iterator[Operation]:
    """An exception that passes makes it an error of its name."""
    operation, start = Operation(), time.perf_counter()
    try:
        yield operation
    except Exception as error:
        operation.error = type(error).__name__
        raise
    finally:
        SECONDS.labels(method, operation.tool, operation.error).observe(time.perf_counter() - start)
