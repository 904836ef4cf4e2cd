"""Checks a request against its operation in the catalog's description."""

from __future__ import annotations

from functools import partial

from catalog.api.openapi import DESCRIPTION
from common.api import request_check

check_request = partial(request_check.check_request, DESCRIPTION)
