"""Whatever a file holds, it is read, and whatever is asked, it answers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.codeowners import parse_codeowners
from integrations.codeowners.find import PLACES

PIECES = st.sampled_from(
    ["*", "**", "/", "?", "[", "]", "[a-", "!", "^", "\\", "#", " ", "\t", "\n", "\r\n", "@", "@@", "@a/b", "a@b.c", "(", ")",
     "{2,", "|", "$", "+", ":random(", "[x][2]", "^[s] @d\n", "é", "😀", "\x00", "\ud800", "a", "docs", ".", "%", "'", '"']
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@pytest.mark.parametrize("dialect", PLACES)
@settings(max_examples=300, deadline=None)
@given(text=TEXTS, path=st.lists(PIECES, min_size=1, max_size=8).map("".join))
def test_reads_and_answers(dialect, text, path):
    file = parse_codeowners(text.encode("utf-8", "surrogatepass"), "CODEOWNERS", dialect)

    lines = text.count("\n") + 1
    assert all(isinstance(owner, str) and owner for owner in file.owners_of(path))
    assert all(1 <= rule.line <= lines for rule in file.list_rules())
    assert all(1 <= fault.line <= lines and fault.reason for fault in file.faults)


@pytest.mark.parametrize("dialect", PLACES)
@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300))
def test_reads_any_bytes(dialect, data):
    assert parse_codeowners(data, "CODEOWNERS", dialect).dialect == dialect
