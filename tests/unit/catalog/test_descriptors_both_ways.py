"""The quick way and the careful way of reading agree on whatever the quick way accepts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.descriptors.budget import Budget
from catalog.descriptors.quick import read_quickly
from catalog.descriptors.reader import read_carefully
from catalog.descriptors.split import split_documents

PIECES = st.sampled_from(
    ["- ", "? ", ": ", "a", "a: ", "b: ", "a:\n", "  ", " ", "\n", "\n  ", "[", "]", "{", "}", ", ", '"x"', "'y'", '"',
     "'", "|\n", ">\n", "|-\n", ">+\n", "#", "# c\n", "1", "0x1F", "1.0", "~", "true", "---\n", "...\n", "é", "x y",
     "- z\n", "\\n", "\r\n", "key: value\n", "m: {a: 1, b: [c]}\n", "t: |\n  l1\n   l2\n\n", "f: >-\n  w1\n  w2\n\n"]
)  # fmt: skip


def budget():
    return Budget(max_nodes=1000, max_depth=100)


@given(st.lists(PIECES, max_size=25).map("".join))
@settings(max_examples=500, deadline=None)
def test_what_is_read_quickly_is_what_would_be_read_carefully(text):
    quick = read_quickly(text, budget())
    if quick is not None:
        careful = [read_carefully(text, document, budget()) for document in split_documents(text)]
        assert [value for value in quick if value is not None] == [value for value in careful if value is not None]


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "a: &x 1\nb: *x\n",
        "a: !mine 1\n",
        "1: a\n",
        "true: a\n1: b\n",
        "a: >\n\nb: |",
        "a: |\n x\n ",
        'a: "x\\\n\n y"\n',
        "a: {b: c\n, d}\n",
        "a: }\n",
        "a:\t1\n",
        "a: 0xFFFFFFFFFFFFFFFF\n",
        'a: "\\0"\n',
        "%YAML 1.1\n---\na: yes\n",
        "- 'x\ny'\n",
        "a: 1\rb: 2\n",
        "- " * 40 + "a",
        " " * 45 + "a: 1",
        "[" * 61 + "]" * 61,
        "a: [1\n",
    ],
)
def test_what_the_quick_parsers_would_get_wrong_is_left_to_the_careful_one(text):
    assert read_quickly(text, budget()) is None


def test_a_typical_document_is_read_quickly():
    text = "kind: Component\nmetadata: { name: cart, tags: [a, b] }\nspec:\n  owner: team-a # ours\n  text: |\n    x\n"

    assert read_quickly(text, budget()) == [
        {
            "kind": "Component",
            "metadata": {"name": "cart", "tags": ["a", "b"]},
            "spec": {"owner": "team-a", "text": "x\n"},
        }
    ]
