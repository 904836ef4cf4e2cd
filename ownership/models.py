"""The table of CODEOWNERS files. Operations own the rules; the model only describes its row."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class CodeOwnersFile(models.Model):
    """
    What is known of the CODEOWNERS of one repository that entities lie in.

    ``data`` is null where there is no such file, or none was read yet; ``message`` says why it could not be read, and
    then what was read before is kept.
    """

    repository = models.TextField(unique=True, help_text="host and full name, in lower case")
    base_url = models.TextField(default="", help_text="a file in it, at the ref to read; empty: a provider reads it")
    dialect = models.TextField()
    url = models.TextField(default="", help_text="of the file")
    path = models.TextField(default="")
    commit = models.TextField(default="")
    digest = models.TextField(default="", help_text="of what it says; empty: nothing")
    data = models.BinaryField(null=True)
    message = models.TextField(default="")
    is_captured = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True, help_text="null: a provider reads it")

    class Meta:
        db_table = "ownership_codeowners_file"
        indexes = (
            models.Index(fields=["due_at"], name="codeowners_due", condition=Q(due_at__isnull=False)),  # claims
        )

    def __str__(self) -> str:
        return self.repository
