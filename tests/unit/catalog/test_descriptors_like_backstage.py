"""
What the YAML reader of Backstage (npm ``yaml`` 2.9) makes of 668 short texts, by its own answers.

Each row of the table is a text and its documents: values as after JSON, or the first error.
"""

import json
from pathlib import Path

import pytest

from catalog.descriptors import EntityDocument, parse_descriptor
from catalog.descriptors.budget import Budget
from catalog.descriptors.faults import LineNumbers, YamlFault, describe
from catalog.descriptors.reader import read_carefully
from catalog.descriptors.split import split_documents
from catalog.settings import Limits

TABLE = json.loads(Path(__file__).with_name("test_descriptors_table.json").read_text())


def in_doubles(value):
    """Large integers as the doubles that they are in JavaScript."""
    if isinstance(value, dict):
        return {key: in_doubles(item) for key, item in value.items()}
    if isinstance(value, list):
        return [in_doubles(item) for item in value]
    return float(value) if type(value) is int and abs(value) > 2**53 else value


def read_quickly_or_carefully(text):
    return [
        {"value": document.entity}
        if isinstance(document, EntityDocument)
        else {"error": str(document.error).removeprefix("YAML error at X, ")}
        for document in parse_descriptor(text.encode(), location="X", limits=Limits())
    ]


def read_only_carefully(text):
    for document in split_documents(text.removeprefix("\ufeff")):
        try:
            value = read_carefully(text.removeprefix("\ufeff"), document, Budget(max_nodes=1000, max_depth=100))
        except YamlFault as fault:
            yield {"error": describe(LineNumbers(text), fault)[0]}
        else:
            yield {"value": value}


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[repr(text)[:60] for text, _ in TABLE])
def test_reads_as_backstage_does(text, expected):
    assert in_doubles(read_quickly_or_carefully(text)) == in_doubles(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [row for row in TABLE if not any("Expected object" in document.get("error", "") for document in row[1])],
)
def test_the_careful_reader_alone_agrees(text, expected):
    values = [document for document in read_only_carefully(text) if document != {"value": None}]

    assert in_doubles(values) == in_doubles(expected)
