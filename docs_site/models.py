"""What the search knows of published documentation."""

from __future__ import annotations

from django.db import models


class IndexedSite(models.Model):
    """A site whose pages are found. ``stamp`` is that of its texts and of its entity when they were read."""

    place = models.TextField(primary_key=True, help_text="namespace/kind/name")
    entity_ref = models.TextField()
    stamp = models.TextField()

    class Meta:
        db_table = "docs_site_indexed_site"

    def __str__(self) -> str:
        return self.place
