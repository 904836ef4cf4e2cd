"""Statements that are planned once for each connection; on SQLite they are asked as any other."""

import uuid
from datetime import datetime

import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from catalog.models import Location
from common.database import execute, fetch_all
from common.prepared import fetch_prepared

BY_TARGET = "SELECT length(target), target FROM catalog_location WHERE target = %s ORDER BY target LIMIT %s"

only_postgres = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL plans; SQLite does not care")


def add_location(target):
    Location.objects.create(id=str(uuid.uuid4()), type="url", target=target)


def prepared():
    """(statement, times planned for all parameters, times planned for some) of this connection."""
    return fetch_all("SELECT statement, generic_plans, custom_plans FROM pg_prepared_statements")


@pytest.mark.django_db
def test_answers_rows_with_the_types_of_their_columns():
    add_location("https://example.com/a")
    assert fetch_prepared(BY_TARGET, ["https://example.com/a", 5]) == [(21, "https://example.com/a")]
    assert fetch_prepared(BY_TARGET, ["https://example.com/b", 5]) == []


@pytest.mark.django_db
def test_hands_texts_over_as_bytes_where_it_is_asked_to():
    add_location("https://example.com/ü")
    as_bytes = fetch_prepared(BY_TARGET, ["https://example.com/ü", 5], texts_as_bytes=True)
    assert as_bytes == [(21, "https://example.com/ü".encode())]
    assert fetch_prepared(BY_TARGET, ["https://example.com/ü", 5]) == [(21, "https://example.com/ü")]


@pytest.mark.django_db
def test_is_counted_where_queries_are_counted():
    with CaptureQueriesContext(connection) as queries:
        fetch_prepared(BY_TARGET, ["nothing", 5])
    assert len(queries) == 1


@pytest.mark.django_db(transaction=True)
def test_sees_what_its_own_transaction_wrote_and_forgets_what_was_rolled_back():
    with transaction.atomic():
        assert fetch_prepared(BY_TARGET, ["new", 5]) == []  # the first statement of the transaction
        add_location("new")
        assert len(fetch_prepared(BY_TARGET, ["new", 5])) == 1
        transaction.set_rollback(True)
    assert fetch_prepared(BY_TARGET, ["new", 5]) == []


@pytest.mark.django_db(transaction=True)
def test_raises_the_errors_of_django():
    with pytest.raises((ProgrammingError, OperationalError), match="catalog_nothing"):
        fetch_prepared("SELECT id FROM catalog_nothing")
    assert fetch_prepared(BY_TARGET, ["nothing", 5]) == []


@only_postgres
@pytest.mark.django_db(transaction=True)
def test_plans_once_whatever_the_parameters():
    connection.close()
    for target in ("a", "b", "c"):
        fetch_prepared(BY_TARGET, [target, 5])
    assert [counts for _, *counts in prepared()] == [[3, 0]]


@only_postgres
@pytest.mark.django_db(transaction=True)
def test_reads_moments_and_nulls():
    sql = "SELECT current_timestamp, NULL::bigint, 'x'::text"
    [[moment, nothing, text]] = fetch_prepared(sql, texts_as_bytes=True)
    assert isinstance(moment, datetime)
    assert moment.tzinfo is not None
    assert (nothing, text) == (None, b"x")


@only_postgres
@pytest.mark.django_db(transaction=True)
def test_asks_as_any_other_once_its_statements_are_gone():
    connection.close()
    add_location("here")
    fetch_prepared(BY_TARGET, ["here", 5])
    execute("DEALLOCATE ALL")  # what a pooler does between two clients
    assert fetch_prepared(BY_TARGET, ["here", 5]) == [(4, "here")]
    assert fetch_prepared(BY_TARGET, ["here", 5]) == [(4, "here")]
    assert prepared() == []


@only_postgres
@pytest.mark.django_db(transaction=True)
def test_says_that_the_connection_broke_and_goes_on_with_the_next():
    fetch_prepared(BY_TARGET, ["here", 5])
    backend = connection.connection.info.backend_pid
    with pytest.raises(OperationalError):
        fetch_prepared("SELECT pg_terminate_backend(%s)", [backend])
    connection.close()
    assert fetch_prepared(BY_TARGET, ["here", 5]) == []
