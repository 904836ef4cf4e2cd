"""A person lets a removal through that the shrink guard holds back."""

from __future__ import annotations

import orjson
from django.utils import timezone

from catalog.models import ProviderRun
from common.database import in_transaction
from common.errors import ConflictError, NotFoundError


def accept_removal(name: str) -> int:
    """
    Let exactly the removal that is held now through at the next run, which is due at once. Returns how many entities go.

    Raises NotFoundError for an unknown provider, ConflictError if it holds nothing back.
    """

    def work() -> int:
        held = ProviderRun.objects.filter(bucket=name).values_list("held", flat=True).first()
        if held is None:
            raise NotFoundError(f"There is no provider '{name}'")
        if not held:
            raise ConflictError(f"Provider '{name}' holds nothing back, so there is nothing to accept")
        removal = orjson.loads(held)
        rows = ProviderRun.objects.filter(bucket=name)
        rows.update(accepted=removal["digest"], next_run_at=timezone.now())
        return int(removal["removals"])

    return in_transaction(work)
