"""Answers that are sent compressed, and those that are not."""

import gzip

import pytest

from config.compression import compress, takes_gzip

JSON = ("content-type", "application/json; charset=utf-8")
LARGE = b'{"kind":"Component"}' * 100


def test_compresses_what_is_large_for_who_can_read_it():
    body, headers = compress(LARGE, [JSON, ("vary", "Origin"), ("content-length", "2000")], "gzip, deflate, br")

    assert gzip.decompress(body) == LARGE
    assert headers == [JSON, ("vary", "Origin, Accept-Encoding"), ("content-encoding", "gzip")]


@pytest.mark.parametrize(
    ("body", "accepted"),
    [
        pytest.param(LARGE, "", id="for those who do not say so"),
        pytest.param(LARGE, "gzip;q=0, identity", id="for those who say they cannot"),
        pytest.param(b"{}", "gzip", id="small"),
    ],
)
def test_leaves_as_it_is(body, accepted):
    assert compress(body, [JSON], accepted) == (body, [JSON, ("vary", "Accept-Encoding")])


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([("content-type", "image/png")], id="a picture"),
        pytest.param([JSON, ("content-encoding", "gzip")], id="compressed already"),
        pytest.param([], id="of no known type"),
    ],
)
def test_does_not_touch(headers):
    assert compress(LARGE, headers, "gzip") == (LARGE, headers)


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        ("gzip", True),
        ("deflate, GZIP ; q=0.5", True),
        ("*", True),
        ("gzip;q=0.000", False),
        ("br", False),
        ("", False),
    ],
)
def test_reads_accept_encoding(accepted, takes):
    assert takes_gzip(accepted) is takes
