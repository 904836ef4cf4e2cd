"""What kinds, refs and relations are called on the pages."""

import pytest

from portal.words import count_words, kind_words, relation_words, short_name, short_ref, text_of


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("component", "Components"),
        ("API", "APIs"),
        ("airesource", "AI resources"),
        ("policy", "Policies"),
    ],
)
def test_kinds_have_a_plural(kind, words):
    assert kind_words(kind) == words


@pytest.mark.parametrize(
    ("count", "kind", "words"),
    [(1, "api", "1 API"), (0, "component", "0 Components"), (1, "all", "1 entity"), (2, "all", "2 entities")],
)
def test_a_count_fits_its_noun(count, kind, words):
    assert count_words(count, kind) == words


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        ("ownedBy", "Owned by"),
        ("apiProvidedBy", "API provided by"),
        ("providesApi", "Provides API"),
        ("sings", "Sings"),
        ("", ""),
    ],
)
def test_relation_types_read_as_words(type_, words):
    assert relation_words(type_) == words


def test_refs_lose_the_namespace_that_everybody_is_in():
    assert short_ref("component:default/cart") == "component:cart"
    assert short_ref("component:shop/cart") == "component:shop/cart"
    assert short_name("group:default/team-a") == "team-a"
    assert short_name("no ref") == "no ref"


def test_what_is_no_text_says_nothing():
    assert [text_of(value) for value in ("a", None, 5, ["a"], {"a": 1})] == ["a", "", "", "", ""]
