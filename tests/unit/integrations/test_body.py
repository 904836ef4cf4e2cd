import gzip
import zlib

import pytest

from integrations.http.body import read_bounded
from integrations.http.faults import BodyTooLarge, ReadFault
from integrations.http.validators import conditions, validator_of


def test_joins_the_pieces():
    assert read_bounded([b"a", b"", b"bc"], encoding="", max_bytes=3) == b"abc"


def test_one_byte_too_many_is_refused_before_the_rest_is_read():
    def endless():
        while True:
            yield b"x"

    with pytest.raises(BodyTooLarge) as caught:
        read_bounded(endless(), encoding="identity", max_bytes=1000)

    assert str(caught.value) == (
        "it has more than 1000 bytes, which is the limit; split it, or raise callboard.catalog.limits.maxBytes"
    )


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_inflates_gzip_in_pieces_of_any_size(size):
    packed = gzip.compress(b"kind: Component\n" * 100) + gzip.compress(b"more")
    pieces = [packed[at : at + size] for at in range(0, len(packed), size)]

    assert read_bounded(pieces, encoding="gzip", max_bytes=10_000) == b"kind: Component\n" * 100 + b"more"


def test_inflates_deflate():
    assert read_bounded([zlib.compress(b"abc")], encoding="deflate", max_bytes=3) == b"abc"


@pytest.mark.parametrize(
    ("pieces", "encoding", "message"),
    [
        ([gzip.compress(b"abc" * 100)[:-20]], "gzip", "the server sent broken gzip data (it ends too early)"),
        ([], "gzip", "the server sent broken gzip data (it ends too early)"),
        ([b"abc"], "br", "the server sent the encoding 'br', which was not asked for"),
        ([b"abc"], "gzip, gzip", "the server sent the encoding 'gzip, gzip', which was not asked for"),
    ],
)
def test_says_what_is_wrong_with_the_encoding(pieces, encoding, message):
    with pytest.raises(ReadFault) as caught:
        read_bounded(pieces, encoding=encoding, max_bytes=1000)

    assert str(caught.value) == message


MODIFIED = "Sat, 01 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"etag": '"abc"', "last-modified": MODIFIED}, '"abc"'),
        ({"last-modified": MODIFIED, "date": "Sat, 01 Nov 2026 10:00:02 GMT"}, f"last-modified:{MODIFIED}"),
        ({"last-modified": MODIFIED, "date": "Sat, 01 Nov 2026 10:00:01 GMT"}, None),
        ({"last-modified": MODIFIED}, None),
        ({"last-modified": "yesterday", "date": MODIFIED}, None),
        ({}, None),
    ],
)
def test_a_date_counts_only_once_the_second_it_names_has_passed(headers, validator):
    assert validator_of(headers) == validator


@pytest.mark.parametrize(
    ("validator", "last_modified", "headers"),
    [
        ('"abc"', None, {"If-None-Match": '"abc"'}),
        (f"last-modified:{MODIFIED}", None, {"If-Modified-Since": MODIFIED}),
        ('"abc"', MODIFIED, {"If-None-Match": '"abc"', "If-Modified-Since": MODIFIED}),
        ("a\r\nHost: evil", None, {}),
        (None, None, {}),
    ],
)
def test_asks_by_the_header_that_the_validator_is_for(validator, last_modified, headers):
    assert conditions(validator, last_modified) == headers
