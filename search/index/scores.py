"""
Scores: for each document a small number, kept as one bitmap for each of the number's bits.

Adding a weight to thousands of documents at once is a handful of bitmap operations, and so is picking those with the
highest sum: nothing is done one document at a time.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyroaring import BitMap


class Scores:
    def __init__(self) -> None:
        # The documents whose score has the bit 0, 1, 2 and so on.
        self._bits: list[BitMap] = []

    def add(self, documents: BitMap, weight: int) -> None:
        """Add ``weight``, a natural number, to the score of each of these."""
        place = 0
        while weight:
            if weight & 1:
                self._add_bit(documents, place)
            weight >>= 1
            place += 1

    def _add_bit(self, carry: BitMap, place: int) -> None:
        while carry:
            while place >= len(self._bits):
                self._bits.append(BitMap())
            there = self._bits[place]
            self._bits[place], carry = there ^ carry, there & carry
            place += 1

    def levels(self, documents: BitMap) -> Iterator[tuple[int, BitMap]]:
        """Each score that some of these documents have, highest first, with those that have it."""
        return self._levels(documents, len(self._bits) - 1, 0)

    def _levels(self, documents: BitMap, place: int, score: int) -> Iterator[tuple[int, BitMap]]:
        if not documents:
            return
        if place < 0:
            yield score, documents
            return
        bit = self._bits[place]
        yield from self._levels(documents & bit, place - 1, score | 1 << place)
        yield from self._levels(documents - bit, place - 1, score)
