"""
The catalog's tables. Operations own the rules; a model only describes its row.

    provider bucket ──RefreshEdge──> RefreshState ──RefreshEdge──> RefreshState ...
                                        │  process
                                        ├──> Relation     (one row for both directions)
                                        └──> FinalEntity + Change   (stitch)
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class RefreshLane(models.IntegerChoices):
    """Why an entity is due, most urgent first."""

    USER = 0, "a user waits"
    EVENT = 1, "an event came"
    TIME = 2, "time passed"


class RefreshState(models.Model):
    """
    What is known of one entity before it is finished.

    The key is the entity's number in the in-memory index, and is never used again for another one.
    """

    id = models.BigAutoField(primary_key=True)
    entity_ref = models.TextField(unique=True)
    uid = models.TextField(unique=True)
    unprocessed_entity = models.TextField(help_text="JSON as it was emitted, with its location annotations")
    unprocessed_hash = models.TextField()
    processed_entity = models.TextField(null=True, help_text="JSON of the last success; null until the first")
    result_hash = models.TextField(default="", help_text="what the last processing gave, errors included")
    errors = models.TextField(default="", help_text='JSON list of {"name", "message"}; empty if none')
    location_key = models.TextField(null=True, help_text="the source that owns the entity")
    source_state = models.TextField(default="", help_text="JSON: what was read, for conditional re-reads")
    lane = models.SmallIntegerField(choices=RefreshLane.choices, default=RefreshLane.TIME)
    next_update_at = models.DateTimeField(null=True, help_text="null: nothing outside of it can change it")
    depth = models.SmallIntegerField(default=0, help_text="how many Locations led here")
    claim = models.TextField(default="", help_text="fencing token of the process that works on it")
    last_processed_at = models.DateTimeField(null=True)
    last_discovery_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_refresh_state"
        indexes = (
            # serves claim_due
            models.Index(
                fields=["next_update_at"], name="refresh_state_due", condition=Q(next_update_at__isnull=False)
            ),
            # serves the list of entities that do not appear
            models.Index(fields=["id"], name="refresh_state_failed", condition=~Q(errors="")),
        )

    def __str__(self) -> str:
        return self.entity_ref


class RefreshEdge(models.Model):
    """Who keeps an entity alive: a provider's bucket (source_key) or another entity (source_ref)."""

    id = models.BigAutoField(primary_key=True)
    source_key = models.TextField(default="", help_text="provider bucket, or empty")
    source_ref = models.TextField(default="", help_text="emitting entity, or empty")
    target_ref = models.TextField()

    class Meta:
        db_table = "catalog_refresh_edge"
        constraints = (
            models.UniqueConstraint(fields=["target_ref", "source_ref", "source_key"], name="refresh_edge_unique"),
            models.CheckConstraint(condition=Q(source_key="") ^ Q(source_ref=""), name="refresh_edge_has_one_source"),
        )
        indexes = (
            models.Index(fields=["source_ref"], name="refresh_edge_source_ref"),  # what an entity emitted
            models.Index(fields=["source_key"], name="refresh_edge_source_key"),  # what a bucket holds
        )


class EntityClaim(models.Model):
    """A source that also describes an entity which another source owns. The oldest takes over when that one goes."""

    id = models.BigAutoField(primary_key=True)
    entity_ref = models.TextField()
    location_key = models.TextField()
    source_key = models.TextField(default="")
    source_ref = models.TextField(default="")
    unprocessed_entity = models.TextField()
    unprocessed_hash = models.TextField()
    first_seen_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_entity_claim"
        constraints = (
            models.UniqueConstraint(
                fields=["entity_ref", "location_key", "source_ref", "source_key"], name="entity_claim_unique"
            ),
        )
        indexes = (models.Index(fields=["source_ref"], name="entity_claim_source_ref"),)


class Relation(models.Model):
    """
    Both directions of one relation, as the entity ``emitter_id`` states them.

    Read forward: ``source_ref --relation_type--> target_ref``; read backward: ``target_ref
    --reverse_type--> source_ref`` (nothing if ``reverse_type`` is empty).
    """

    id = models.BigAutoField(primary_key=True)
    emitter_id = models.BigIntegerField()
    source_ref = models.TextField()
    relation_type = models.TextField()
    target_ref = models.TextField()
    reverse_type = models.TextField(default="")

    class Meta:
        db_table = "catalog_relation"
        indexes = (
            models.Index(fields=["emitter_id"], name="relation_emitter"),  # replace what an entity states
            models.Index(fields=["source_ref"], name="relation_source"),  # stitch, forward
            models.Index(fields=["target_ref"], name="relation_target"),  # stitch, backward
        )


class StitchRequest(models.Model):
    """An entity whose final form is out of date. ``ticket`` changes with each request, so none is lost."""

    entity_ref = models.TextField(primary_key=True)
    ticket = models.TextField()

    class Meta:
        db_table = "catalog_stitch_request"


class FinalEntity(models.Model):
    """The finished entity as JSON text, served untouched. The key is that of its RefreshState."""

    id = models.BigIntegerField(primary_key=True)
    entity_ref = models.TextField(unique=True)
    uid = models.TextField(unique=True)
    etag = models.TextField(help_text="hash of the content")
    body = models.TextField(help_text="JSON")
    terms = models.TextField(help_text="JSON list of [key, original value or null], see index/terms.py")
    change_id = models.BigIntegerField(help_text="the Change that wrote it")
    updated_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_final_entity"

    def __str__(self) -> str:
        return self.entity_ref


class Change(models.Model):
    """
    The change log: one row for each write of a final entity. Ids rise in commit order, with gaps.

    Write only through ``change_log.py``, which takes the lock that keeps the order.
    """

    class Operation(models.TextChoices):
        WRITTEN = "written"
        DELETED = "deleted"

    id = models.BigAutoField(primary_key=True)
    entity_id = models.BigIntegerField()
    entity_ref = models.TextField()
    operation = models.TextField(choices=Operation.choices)
    changed_by = models.TextField(help_text="a principal, or the source that was read")
    changed_at = models.DateTimeField()

    class Meta:
        db_table = "catalog_change"
        indexes = (models.Index(fields=["entity_ref", "id"], name="change_of_entity"),)  # the history of one entity


class IndexEpoch(models.Model):
    """One row (id 1). Whoever rewrites the catalog behind the log's back puts a new epoch; all indexes reload."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    epoch = models.TextField()
    processing_version = models.TextField(
        default="", help_text="what processed the catalog last; another one does it anew"
    )

    class Meta:
        db_table = "catalog_index_epoch"


class Location(models.Model):
    """A location that someone registered through the API."""

    id = models.TextField(primary_key=True, help_text="a UUID")
    type = models.TextField()
    target = models.TextField()
    entity_ref = models.TextField(help_text="the Location entity that stands for it")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "catalog_location"
        constraints = (models.UniqueConstraint(fields=["type", "target"], name="location_type_target"),)

    def __str__(self) -> str:
        return f"{self.type}:{self.target}"


class CapturedFile(models.Model):
    """A file that a provider has read for all who need it. ``data`` is null where there is no such file."""

    id = models.BigAutoField(primary_key=True)
    bucket = models.TextField()
    url = models.TextField()
    location_ref = models.TextField(default="", help_text="the Location that leads to it; empty: none does")
    is_target = models.BooleanField(default=True, help_text="whether that Location reads it, or what it emits does")
    etag = models.TextField(help_text="the commit")
    data = models.BinaryField(null=True)
    hash = models.TextField(default="")

    class Meta:
        db_table = "catalog_captured_file"
        constraints = (models.UniqueConstraint(fields=["url", "bucket"], name="captured_file_unique"),)
        indexes = (
            # serves the reading of a Location
            models.Index(fields=["location_ref"], name="captured_file_location", condition=~Q(location_ref="")),
            models.Index(fields=["bucket"], name="captured_file_bucket"),  # what a provider captured
        )

    def __str__(self) -> str:
        return self.url


class ProviderRun(models.Model):
    """What is known of one provider: its last run, what that left for the next, and who works on it."""

    class Status(models.TextChoices):
        WAITING = "waiting", "never ran"
        OK = "ok"
        FAILED = "failed", "its source could not be read; nothing was changed"
        HELD = "held", "it would remove more than it may without a person's word"

    bucket = models.TextField(primary_key=True)
    kind = models.TextField()
    state = models.TextField(default="{}", help_text="JSON for the next run")
    status = models.TextField(choices=Status.choices, default=Status.WAITING)
    message = models.TextField(default="")
    warnings = models.TextField(default="[]", help_text="JSON list of texts")
    counts = models.TextField(default="{}", help_text="JSON: what the last good run added, updated and removed")
    held = models.TextField(default="", help_text='JSON {"digest", "removals", "entities"}; empty if none')
    accepted = models.TextField(default="", help_text="digest of the removal that a person has accepted")
    touched = models.TextField(default="[]", help_text="JSON list of names that events changed during the run")
    version = models.BigIntegerField(default=0, help_text="rises with each change of state")
    claim = models.TextField(default="", help_text="fencing token of the run under way")
    claimed_until = models.DateTimeField(null=True)
    failures = models.IntegerField(default=0, help_text="in a row")
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    next_run_at = models.DateTimeField(null=True, help_text="null: when somebody asks")
    duration = models.FloatField(default=0.0, help_text="seconds")

    class Meta:
        db_table = "catalog_provider_run"

    def __str__(self) -> str:
        return self.bucket
