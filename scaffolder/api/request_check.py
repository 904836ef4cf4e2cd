"""Checks a request against its operation in the scaffolder's description."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from common.api import request_check
from common.api.openapi import ApiDescription
from common.errors import InputError

DESCRIPTION = ApiDescription(Path(__file__).with_name("openapi.json"))
DEEPEST_BODY = 100

check_request = partial(request_check.check_request, DESCRIPTION)


def refuse_deep(body: Any) -> None:
    """Raises InputError for a body that is nested so deeply that those who read it later could not."""
    level = [body]
    for _ in range(DEEPEST_BODY):
        containers = [
            node.values() if isinstance(node, dict) else node for node in level if isinstance(node, dict | list)
        ]
        level = [child for children in containers for child in children]
        if not level:
            return
    raise InputError(f"The request body is nested more than {DEEPEST_BODY} levels deep")
