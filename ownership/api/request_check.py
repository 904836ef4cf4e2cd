"""Checks a request against its operation in the description of ownership."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from common.api import request_check
from common.api.openapi import ApiDescription

DESCRIPTION = ApiDescription(
    Path(__file__).with_name("openapi.json"), long_questions="POST /resolve takes longer questions"
)

check_request = partial(request_check.check_request, DESCRIPTION)
