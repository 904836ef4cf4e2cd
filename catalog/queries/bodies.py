"""Reads the JSON texts of final entities as bytes, the fastest way that each database has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from django.db import connection
from psycopg.types.string import ByteaBinaryLoader

from common.database import fetch_all, in_list, is_postgres

# (id, change id, JSON text)
Body = tuple[int, int, bytes]


def read_bodies(numbers: Sequence[int]) -> list[Body]:
    """The bodies of those entities that there are, in no order. One statement; none for no entities."""
    if not numbers:
        return []
    if is_postgres():
        return _read_binary(
            "SELECT id, change_id, body FROM catalog_final_entity WHERE id = ANY(%s::bigint[])", numbers
        )
    condition, parameter = in_list(numbers)
    return fetch_all(
        f"SELECT id, change_id, CAST(body AS BLOB) FROM catalog_final_entity WHERE id {condition}", [parameter]
    )


def _read_binary(sql: str, numbers: Sequence[int]) -> list[Any]:
    # psycopg hands the texts over as they came: 5,600 bodies in 24 ms; 38 ms when they become str and bytes again.
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.adapters.register_loader("text", ByteaBinaryLoader)
        return cursor.execute(sql, [numbers], binary=True).fetchall()
