"""``/api/techdocs``: documentation that was built elsewhere."""

from __future__ import annotations

from typing import Any

urlpatterns: list[Any] = []
