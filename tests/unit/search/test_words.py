"""Words, their stems, and how near they are to each other."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.words import count_mistakes, mistakes_allowed, squeeze, stem, words_of, words_of_name, words_with_places


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Cart-Service v2.1", ["cart", "service", "v2", "1"]),
        ("a_b/c:d@e", ["a", "b", "c", "d", "e"]),
        ("Zürich – 東京", ["zürich", "東京"]),
        (" \n—!", []),
        ("x" * 100, ["x" * 64]),
    ],
)
def test_words_are_runs_of_letters_and_digits(text, words):
    assert list(words_of(text)) == words
    assert [word for word, _, _ in words_with_places(text)] == words


def test_a_name_has_its_humps_as_words_too():
    assert words_of_name("CartService") == {"cartservice", "cart", "service"}
    assert words_of_name("cart-service") == {"cart", "service"}


def test_a_squeezed_name_has_nothing_between_its_words():
    assert {squeeze(name) for name in ("Cart Service", "cart-service", "CartService", "cart_service")} == {
        "cartservice"
    }


@pytest.mark.parametrize(
    "words",
    [
        ["cart", "carts"],
        ["service", "services", "servicing", "serviced"],
        ["policy", "policies"],
        ["handle", "handles", "handled", "handling"],
        ["stop", "stops", "stopped", "stopping"],
        ["bus"],
        ["status"],
        ["class"],
    ],
)
def test_words_that_differ_by_their_ending_have_one_stem(words):
    assert len(set(map(stem, words))) == 1


@pytest.mark.parametrize("word", ["cart", "bus", "status", "access", "api", "k8s", "as", "red", "king"])
def test_a_short_word_keeps_its_ending(word):
    assert stem(word) == word


@pytest.mark.parametrize(
    ("written", "meant", "mistakes"),
    [
        ("payment", "payment", 0),
        ("paymnt", "payment", 1),
        ("payyment", "payment", 1),
        ("bayment", "payment", 1),
        ("paymetn", "payment", 1),
        ("pymnt", "payment", 2),
        ("order", "payment", None),
        ("a", "abcd", None),
    ],
)
def test_counts_slips_of_the_pen(written, meant, mistakes):
    assert count_mistakes(written, meant, 2) == mistakes


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text("abc", max_size=6), st.text("abc", max_size=6))
def test_it_is_as_far_there_as_back(one, other):
    assert count_mistakes(one, other, 9) == count_mistakes(other, one, 9)
    assert count_mistakes(one, other, 2) in (count_mistakes(one, other, 9), None)


def test_numbers_cannot_be_misspelt():
    assert [mistakes_allowed(word) for word in ("c1632", "12345", "ab", "abc", "oauth2", "payment")] == [
        0,
        0,
        0,
        1,
        2,
        2,
    ]
