"""The catalog's API, described."""

from __future__ import annotations

from pathlib import Path

from common.api.openapi import ApiDescription

DESCRIPTION = ApiDescription(
    Path(__file__).with_name("openapi.json"),
    long_questions="POST /entities/by-query and POST /entities/by-refs take longer questions",
)
