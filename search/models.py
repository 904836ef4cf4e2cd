"""
The documents that other packages want found. Entities are not among them: the catalog's index has those.

A scope is what is replaced as a whole, such as the documentation of one entity. Written only by ``replace.py``.
"""

from __future__ import annotations

from django.db import models


class DocumentScope(models.Model):
    """
    ``version`` says when its documents were last replaced: versions rise in the order of commits, over all scopes.

    A scope without documents stays, so that every process notices that they are gone.
    """

    id = models.BigAutoField(primary_key=True)
    document_type = models.TextField()
    scope = models.TextField()
    version = models.BigIntegerField(unique=True)

    class Meta:
        db_table = "search_document_scope"
        constraints = (models.UniqueConstraint(fields=["document_type", "scope"], name="document_scope_unique"),)

    def __str__(self) -> str:
        return f"{self.document_type} {self.scope}"


class StoredDocument(models.Model):
    """A document as it is shown, in JSON, and whose readers find it. Its key is its number in the index."""

    id = models.BigAutoField(primary_key=True)
    scope_id = models.BigIntegerField()
    entity_ref = models.TextField()
    body = models.TextField(help_text="JSON")

    class Meta:
        db_table = "search_stored_document"
        indexes = (models.Index(fields=["scope_id"], name="stored_document_scope"),)  # replace and read a scope
