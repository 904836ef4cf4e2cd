"""What one person is told and has chosen: notifications, signals and settings."""

from __future__ import annotations

from typing import Any

urlpatterns: list[Any] = []
