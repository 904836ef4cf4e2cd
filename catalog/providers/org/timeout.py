"""How long reading an organisation may take, if the configuration does not say."""

from __future__ import annotations

from datetime import timedelta

# Tens of thousands of people come in hundreds of pages, one after the other.
TIMEOUT = timedelta(minutes=15)
