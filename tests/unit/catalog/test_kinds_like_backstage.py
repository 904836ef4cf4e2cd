"""
What a Backstage backend (catalog-backend 4.0.0) says of 320 entities, by its recorded answers to validate-entity.

Each row of the table is an entity and the message, null where it is accepted. Ours begins with the same words.
"""

import json
from pathlib import Path

import pytest

from catalog.kinds.formats import MORE
from catalog.kinds.relations import build_relations, sort_relation_fields
from catalog.kinds.validate import validate_envelope, validate_kind, validate_policies
from common.errors import InputError

TABLE = json.loads(Path(__file__).with_name("test_kinds_table.json").read_text().replace("<MORE>", MORE))


def first_fault(entity):
    try:
        validate_envelope(entity)
        sort_relation_fields(entity)
        entity = validate_policies(entity)
        validate_kind(entity)
        build_relations(entity)
    except InputError as error:
        return error.message
    return None


@pytest.mark.parametrize(("entity", "expected"), TABLE)
def test_says_what_backstage_says_and_perhaps_more(entity, expected):
    message = first_fault(entity)

    assert (message is None) == (expected is None)
    assert message is None or message.startswith(expected)


def test_most_messages_are_the_same_to_the_letter():
    messages = [(first_fault(json.loads(json.dumps(entity))), expected) for entity, expected in TABLE if expected]

    assert sum(message == expected for message, expected in messages) > 0.7 * len(messages)
