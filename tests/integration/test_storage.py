"""How PostgreSQL stores entities: what each of them costs to write."""

import pytest
from django.db import connection

from common.database import fetch_all

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one way to store a text"),
]


def test_packs_the_texts_of_entities_the_quick_way():
    has_lz4 = fetch_all("SELECT 1 FROM pg_settings WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)")
    packed = fetch_all(
        "SELECT attrelid::regclass::text, attname FROM pg_attribute"
        " WHERE attcompression = 'l' AND attrelid IN ('catalog_final_entity'::regclass, 'catalog_refresh_state'::regclass)"
    )
    wanted = {
        ("catalog_final_entity", "body"),
        ("catalog_final_entity", "terms"),
        ("catalog_refresh_state", "unprocessed_entity"),
        ("catalog_refresh_state", "processed_entity"),
    }
    assert set(packed) & wanted == (wanted if has_lz4 else set())


def test_keeps_no_index_that_nobody_asks():
    for_like = fetch_all(
        "SELECT tablename, indexdef FROM pg_indexes WHERE tablename LIKE 'catalog%%' AND indexdef LIKE '%%text_pattern_ops%%'"
    )
    large = [row for row in for_like if row[0] not in ("catalog_location", "catalog_provider_run")]
    assert sorted((table, "entity_ref" in index) for table, index in large) == [
        ("catalog_final_entity", True),
        ("catalog_refresh_state", True),
    ]
