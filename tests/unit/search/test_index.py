"""Scores as bitmaps, the vocabulary, and the index of documents against doing the same in a simple way."""

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from search.index.document_index import DocumentIndex, IndexedDocument
from search.index.scores import Scores
from search.index.vocabulary import Vocabulary

on_a_busy_machine = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
numbers = st.sets(st.integers(0, 20))


@on_a_busy_machine
@given(st.lists(st.tuples(numbers, st.integers(0, 200)), max_size=8), numbers)
def test_scores_add_up_and_come_highest_first(additions, wanted):
    scores, expected = Scores(), Counter()
    for documents, weight in additions:
        scores.add(BitMap(documents), weight)
        expected.update(dict.fromkeys(documents, weight))

    levels = list(scores.levels(BitMap(wanted)))

    assert [score for score, _ in levels] == sorted({expected[number] for number in wanted}, reverse=True)
    assert all(expected[number] == score for score, documents in levels for number in documents)


def test_a_vocabulary_finds_words_by_beginning_and_stem():
    vocabulary = Vocabulary(["cart", "carts", "carton", "order"])
    vocabulary.add("carter")

    assert vocabulary.with_prefix("cart") == ["cart", "carter", "carton", "carts"]
    assert sorted(vocabulary.with_stem_of("carts")) == ["cart", "carts"]


def test_a_vocabulary_finds_the_nearest_wanted_words():
    vocabulary = Vocabulary(["payment", "paymant", "payments", "basement", "c1632"])

    assert sorted(vocabulary.near("paymnt", lambda word: True)) == ["paymant", "payment"]
    assert vocabulary.near("paymnt", lambda word: word == "payments") == ["payments"]
    assert vocabulary.near("c1633", lambda word: True) == []


@on_a_busy_machine
@given(st.sets(st.text("abc", min_size=3, max_size=7), max_size=30), st.text("abc", min_size=3, max_size=7))
def test_words_are_found_alike_however_they_came_in(words, asked):
    at_once, one_by_one = Vocabulary(words), Vocabulary()
    for word in words:
        one_by_one.add(word)

    assert set(at_once.near(asked, lambda word: True)) == set(one_by_one.near(asked, lambda word: True))
    assert at_once.with_prefix(asked[:2]) == one_by_one.with_prefix(asked[:2])


texts = st.lists(st.sampled_from(["cart", "Carts", "web", "payment", "x1"]), max_size=3).map(" ".join)
documents = st.builds(
    lambda number, title, text, kind: IndexedDocument(number, f"key-{number:02}", title, text, {"kind": kind}),
    st.integers(0, 9),
    texts,
    texts,
    st.sampled_from(["API", "api", "System"]),
)


@on_a_busy_machine
@given(st.lists(documents, max_size=12), st.sets(st.integers(0, 9)), st.sampled_from(["cart", "pay", "c", "paymnt"]))
def test_an_index_that_was_changed_answers_like_one_that_was_made_so(written, removed, word):
    changed = DocumentIndex()
    for document in written:
        changed.put(document)
    for number in removed:
        changed.remove(number)
    kept = {document.number: document for document in written if document.number not in removed}
    made = DocumentIndex(kept.values())

    for nearly in (False, True):
        assert answers(changed, word, nearly) == answers(made, word, nearly)
    assert list(changed.in_order(changed.numbers)) == list(made.in_order(made.numbers))
    assert changed.having("kind", ["API"]) == BitMap(
        n for n, document in kept.items() if document.fields["kind"] == "API"
    )


def answers(index, word, nearly):
    found = index.find([word], word, index.numbers, nearly=nearly)
    return [(score, list(index.in_order(documents))) for score, documents in found.scores.levels(found.documents)]


def test_words_that_nobody_has_any_more_are_forgotten():
    index = DocumentIndex()
    for number in range(1500):
        index.put(IndexedDocument(1, "key", f"word{number}", "", {}))

    index.tidy()

    assert len(index._vocabulary) == 1
    assert answers(index, "word1499", nearly=False)


def test_few_and_many_documents_come_in_the_same_order(monkeypatch):
    index = DocumentIndex(
        IndexedDocument(number, f"key-{number:02}", f"title {number % 7}", "", {}) for number in range(50)
    )
    some = BitMap(range(0, 50, 3))
    sorted_ = list(index.in_order(some))

    monkeypatch.setattr("search.index.document_index.FEW", 0)

    assert list(index.in_order(some)) == sorted_
    assert sorted_[:3] == [0, 21, 42]
