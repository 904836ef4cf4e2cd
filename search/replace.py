"""Writes the documents of a scope in place of those it had."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from common.database import execute, fetch_all, in_transaction, insert_rows, is_postgres
from common.errors import InputError
from common.search_documents import SearchDocument
from search.documents import ENTITIES
from search.settings import is_followable

MAX_DOCUMENTS = 10_000
MAX_TEXT = 50_000
MAX_TITLE = 1_000

# Any number, as long as nothing else in this database uses it.
VERSION_LOCK = 7007_0011

UPSERT_SCOPE = """
    INSERT INTO search_document_scope (document_type, scope, version)
    VALUES (%s, %s, (SELECT coalesce(max(version), 0) + 1 FROM search_document_scope))
    ON CONFLICT (document_type, scope) DO UPDATE SET version = excluded.version
    RETURNING id
"""


def replace_documents(document_type: str, scope: str, documents: Sequence[SearchDocument]) -> None:
    """
    Put these in place of what the scope had; four statements in a transaction.

    Texts are cut at 50,000 characters. Raises InputError if there are too many, or one leads where no browser should go.
    """
    if document_type == ENTITIES:
        raise InputError(f"Documents of type '{ENTITIES}' are made of the catalog's entities and cannot be replaced")
    if len(documents) > MAX_DOCUMENTS:
        raise InputError(f"Too many documents in '{scope}': {len(documents)}, at most {MAX_DOCUMENTS} are allowed")
    for document in documents:
        if not is_followable(document.location):
            raise InputError(f"A document's location must be a path or an http(s) address, not '{document.location}'")
    bodies = [(document.entity_ref.lower(), _body_of(document)) for document in documents]
    in_transaction(lambda: _replace(document_type, scope, bodies))


def _replace(document_type: str, scope: str, bodies: Sequence[tuple[str, str]]) -> None:
    if is_postgres():
        # Until the commit, so that whoever has seen a version has missed none before it.
        execute("SELECT pg_advisory_xact_lock(%s)", [VERSION_LOCK])
    ((scope_id,),) = fetch_all(UPSERT_SCOPE, [document_type, scope])
    execute("DELETE FROM search_stored_document WHERE scope_id = %s", [scope_id])
    columns = {"scope_id": "bigint", "entity_ref": "text", "body": "text"}
    insert_rows("search_stored_document", columns, [(scope_id, ref, body) for ref, body in bodies])


def _body_of(document: SearchDocument) -> str:
    shown = {
        **document.fields,
        "title": document.title[:MAX_TITLE],
        "text": document.text[:MAX_TEXT],
        "location": document.location,
    }
    # PostgreSQL keeps no NUL, and half characters are no text.
    return orjson.dumps(_clean(shown)).decode()


def _clean(value: object) -> object:
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "ignore").decode()
    if isinstance(value, dict):
        return {str(_clean(str(key))): _clean(inner) for key, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list | tuple) else value
