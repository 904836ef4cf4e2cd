"""Postings: for each term, which entities have it; and for each entity, which terms it has."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pyroaring import BitMap

# The entities that have a term: most terms belong to one alone, and a number takes a tenth of a bitmap's memory.
# None: nobody has it. While many rows are loaded, a list stands for the bitmap to come.
Posting = Any  # int | BitMap | list[int] | None, told apart by the functions at the end

NOTHING = BitMap()


class KeyTerms:
    """The terms of one searchable key: each spelling of a value (None for null) with its term's id."""

    __slots__ = ("ids", "key", "present", "respelled")

    def __init__(self, key: str) -> None:
        self.key = key
        self.ids: dict[str | None, int] = {}
        self.present = BitMap()
        # The spellings of a lower-cased value, where they are not just that value.
        self.respelled: dict[str, tuple[str, ...]] | None = None

    def spellings_of(self, value: str) -> tuple[str, ...]:
        if self.respelled and (spellings := self.respelled.get(value)):
            return spellings
        return (value,)

    def add_spelling(self, spelling: str | None, term_id: int) -> None:
        self.ids[spelling] = term_id
        if spelling is None or (value := spelling.lower()) == spelling:
            if spelling is not None and self.respelled and spelling in self.respelled:
                self.respelled[spelling] += (spelling,)
            return
        self.respelled = self.respelled if self.respelled is not None else {}
        known = self.respelled.get(value) or ((value,) if value in self.ids else ())
        self.respelled[value] = (*known, spelling)

    def remove_spelling(self, spelling: str | None) -> None:
        del self.ids[spelling]
        if spelling is None or not self.respelled:
            return
        value = spelling.lower()
        rest = tuple(known for known in self.respelled.get(value, ()) if known != spelling)
        if rest and rest != (value,):
            self.respelled[value] = rest
        else:
            self.respelled.pop(value, None)


class Postings:
    """All terms. Bitmaps that it hands out are its own: read them, never change them."""

    def __init__(self) -> None:
        self.keys: dict[str, KeyTerms] = {}
        # By term id. A term that nobody has any more is None, and its id is free.
        self._keys_by_id: list[KeyTerms | None] = []
        self._spellings: list[str | None] = []
        self._postings: list[Posting] = []
        self._free_ids: list[int] = []
        self._ids_of: dict[int, bytes] = {}

    def __contains__(self, number: int) -> bool:
        return number in self._ids_of

    # ------------------------------------------------------------------ reading

    def entities_with(self, key: str, value: str) -> BitMap:
        """The entities of which a term has this lower-cased value."""
        terms = self.keys.get(key)
        if terms is None:
            return NOTHING
        found = [self._bitmap(terms.ids[name]) for name in terms.spellings_of(value) if name in terms.ids]
        return found[0] if len(found) == 1 else BitMap.union(*found) if found else NOTHING

    def entities_spelt(self, key: str, spellings: Iterable[str]) -> BitMap:
        """The entities of which a term has one of these values, written just so."""
        terms = self.keys.get(key)
        if terms is None:
            return NOTHING
        found = [self._postings[terms.ids[spelling]] for spelling in spellings if spelling in terms.ids]
        bitmaps = [posting for posting in found if type(posting) is not int]
        union: BitMap = BitMap.union(BitMap([posting for posting in found if type(posting) is int]), *bitmaps)
        return union

    def entities_having(self, key: str) -> BitMap:
        terms = self.keys.get(key)
        return NOTHING if terms is None else terms.present

    def counts(self, key: str, within: BitMap | None) -> list[tuple[str, int]]:
        """Each spelling of the key's values with the number of its entities, those within the bitmap if given."""
        terms = self.keys.get(key)
        if terms is None:
            return []
        postings = self._postings
        counted = []
        for spelling, term_id in terms.ids.items():
            if spelling is None:
                continue
            posting = postings[term_id]
            if type(posting) is int:
                count = 1 if within is None or posting in within else 0
            else:
                count = len(posting) if within is None else posting.intersection_cardinality(within)
            if count:
                counted.append((spelling, count))
        return counted

    def numbers_by_value(self, key: str) -> dict[str, Iterable[int]]:
        """The entities of each lower-cased value of the key."""
        terms = self.keys.get(key)
        found: dict[str, Iterable[int]] = {}
        for spelling, term_id in terms.ids.items() if terms else ():
            if spelling is not None:
                value = spelling.lower()
                numbers = self._numbers(term_id)
                found[value] = [*found[value], *numbers] if value in found else numbers
        return found

    def spellings(self, key: str) -> Iterator[tuple[str, Iterable[int]]]:
        """Each value of the key as it was written, with its entities; null left out."""
        terms = self.keys.get(key)
        for spelling, term_id in terms.ids.items() if terms else ():
            if spelling is not None:
                yield spelling, self._numbers(term_id)

    def values_of(self, number: int, key: str) -> list[str]:
        """The lower-cased values that an entity has for the key, null left out."""
        terms = self.keys.get(key)
        return [
            spelling.lower()
            for term_id in array("I", self._ids_of[number])
            if self._keys_by_id[term_id] is terms and (spelling := self._spellings[term_id]) is not None
        ]

    def terms_of(self, number: int) -> Iterator[tuple[str, str | None]]:
        for term_id in array("I", self._ids_of[number]):
            yield self._key_of(term_id).key, self._spellings[term_id]

    # ------------------------------------------------------------------ writing

    def put(
        self, number: int, terms: Mapping[str, Any]
    ) -> tuple[list[tuple[str, str | None]], list[tuple[str, str | None]]]:
        """
        Give the entity these terms (as ``encode_terms`` groups them) in place of those it had.

        Returns the terms that it lost and those that it gained.
        """
        ids = self._ids_for(terms)
        old_ids = set(array("I", self._ids_of.get(number, b"")))
        new_ids = set(ids)
        self._ids_of[number] = ids.tobytes()
        gained = [self._gain(term_id, number) for term_id in new_ids - old_ids]
        lost = [self._lose(term_id, number) for term_id in old_ids - new_ids]
        for key in {key for key, _ in lost}:
            self._update_presence(key, number)
        return lost, gained

    def remove(self, number: int) -> list[tuple[str, str | None]]:
        """Forget the entity. Returns the terms that it had."""
        lost, _ = self.put(number, {})
        del self._ids_of[number]
        return lost

    def load(self, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> None:
        """Add many new entities at once. Nothing may be read before ``finish_loading``."""
        postings = self._postings
        for number, terms in rows:
            ids = self._ids_for(terms)
            self._ids_of[number] = ids.tobytes()
            for term_id in ids:
                posting = postings[term_id]
                if posting is None:
                    postings[term_id] = number
                elif type(posting) is list:
                    posting.append(number)
                else:
                    postings[term_id] = [posting, number]

    def finish_loading(self) -> None:
        """Turn the lists of ``load`` into bitmaps."""
        postings = self._postings
        for term_id, posting in enumerate(postings):
            if type(posting) is list:
                postings[term_id] = BitMap(posting)
        for terms in self.keys.values():
            bitmaps = [self._bitmap(term_id) for term_id in terms.ids.values() if type(postings[term_id]) is not int]
            singles = BitMap([postings[term_id] for term_id in terms.ids.values() if type(postings[term_id]) is int])
            terms.present = BitMap.union(singles, *bitmaps)

    # ------------------------------------------------------------------ one term

    def _ids_for(self, terms: Mapping[str, Any]) -> array[int]:
        keys = self.keys
        ids = array("I")
        for key, values in terms.items():
            key_terms = keys.get(key)
            if key_terms is None:
                key_terms = keys[key] = KeyTerms(key)
            for spelling in values if type(values) is list else (values,):
                term_id = key_terms.ids.get(spelling)
                ids.append(self._new_term(key_terms, spelling) if term_id is None else term_id)
        return ids

    def _new_term(self, terms: KeyTerms, spelling: str | None) -> int:
        if self._free_ids:
            term_id = self._free_ids.pop()
            self._keys_by_id[term_id], self._spellings[term_id] = terms, spelling
        else:
            term_id = len(self._postings)
            self._keys_by_id.append(terms)
            self._spellings.append(spelling)
            self._postings.append(None)
        terms.add_spelling(spelling, term_id)
        return term_id

    def _gain(self, term_id: int, number: int) -> tuple[str, str | None]:
        posting = self._postings[term_id]
        if posting is None:
            self._postings[term_id] = number
        elif isinstance(posting, BitMap):
            posting.add(number)
        else:
            self._postings[term_id] = BitMap([posting, number])
        terms = self._key_of(term_id)
        terms.present.add(number)
        return terms.key, self._spellings[term_id]

    def _lose(self, term_id: int, number: int) -> tuple[str, str | None]:
        posting = self._postings[term_id]
        terms, spelling = self._key_of(term_id), self._spellings[term_id]
        if isinstance(posting, BitMap):
            posting.discard(number)
            if len(posting) == 1:
                self._postings[term_id] = posting[0]
        else:
            terms.remove_spelling(spelling)
            self._keys_by_id[term_id] = self._spellings[term_id] = self._postings[term_id] = None
            self._free_ids.append(term_id)
        return terms.key, spelling

    def _update_presence(self, key: str, number: int) -> None:
        """After a loss: whether the entity still has the key, and whether anyone has."""
        terms = self.keys[key]
        if not any(self._keys_by_id[term_id] is terms for term_id in array("I", self._ids_of[number])):
            terms.present.discard(number)
        if not terms.ids:
            del self.keys[key]

    def _key_of(self, term_id: int) -> KeyTerms:
        terms = self._keys_by_id[term_id]
        assert terms is not None  # noqa: S101 - only ids of living terms are kept
        return terms

    def _bitmap(self, term_id: int) -> BitMap:
        posting = self._postings[term_id]
        return posting if isinstance(posting, BitMap) else BitMap([posting])

    def _numbers(self, term_id: int) -> Iterable[int]:
        posting = self._postings[term_id]
        return (posting,) if isinstance(posting, int) else posting or ()
