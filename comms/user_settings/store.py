"""What frontends keep for a person: starred entities and the like. A value is JSON under a key in a bucket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from django.db import transaction

from catalog.queries.refs import is_storable
from common.errors import InputError, NotFoundError
from common.json_response import to_json
from common.signals import publish_signal
from comms.models import UserSetting

CHANNEL = "user-settings"
LONGEST_NAME = 255
MOST_BYTES = 256 * 1024
MOST_SETTINGS = 1_000
MOST_READ = 1_000


def get_setting(user: str, bucket: str, key: str) -> dict[str, Any]:
    """Raises NotFoundError."""
    values = _read(user, [(bucket, key)])
    if (bucket, key) not in values:
        raise NotFoundError(f"Unable to find '{key}' in bucket '{bucket}'")
    return {"bucket": bucket, "key": key, "value": values[bucket, key]}


def get_settings(user: str, names: Sequence[tuple[str, str]]) -> list[dict[str, Any] | None]:
    """One for each (bucket, key), in their order; None where there is none. One statement."""
    if len(names) > MOST_READ:
        raise InputError(f"{len(names)} settings are too many, at most {MOST_READ} are read at once")
    values = _read(user, names)
    return [{"value": values[name]} if name in values else None for name in names]


def set_setting(user: str, bucket: str, key: str, value: Any) -> dict[str, Any]:
    """Raises InputError for what is too long, or one setting too many."""
    for name in (bucket, key):
        if not 0 < len(name) <= LONGEST_NAME or not is_storable(name):
            raise InputError(f"Buckets and keys have 1 to {LONGEST_NAME} characters, and this is {name[:300]!r}")
    text = to_json(value)
    if len(text) > MOST_BYTES:
        raise InputError(f"The value of {key!r} is {len(text)} bytes long, and {MOST_BYTES} are the limit")
    with transaction.atomic():
        mine = UserSetting.objects.filter(user=user)
        if not mine.filter(bucket=bucket, key=key).exists() and mine.count() >= MOST_SETTINGS:
            raise InputError(f"{user} keeps {MOST_SETTINGS} settings already: delete some first")
        UserSetting.objects.bulk_create(
            [UserSetting(user=user, bucket=bucket, key=key, value=text.decode())],
            update_conflicts=True,
            unique_fields=["user", "bucket", "key"],
            update_fields=["value"],
        )
        publish_signal((user,), CHANNEL, {"type": "key-changed", "key": key})
    return {"bucket": bucket, "key": key, "value": value}


def delete_setting(user: str, bucket: str, key: str) -> None:
    """Harmless if there is none."""
    if not (is_storable(bucket) and is_storable(key)):
        return
    with transaction.atomic():
        UserSetting.objects.filter(user=user, bucket=bucket, key=key).delete()
        publish_signal((user,), CHANNEL, {"type": "key-deleted", "key": key})


def _read(user: str, names: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    wanted = {(bucket, key) for bucket, key in names if is_storable(bucket) and is_storable(key)}
    rows = UserSetting.objects.filter(
        user=user, bucket__in={bucket for bucket, _ in wanted}, key__in={key for _, key in wanted}
    ).values_list("bucket", "key", "value")
    return {(bucket, key): orjson.loads(value) for bucket, key, value in rows if (bucket, key) in wanted}
