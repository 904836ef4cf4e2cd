"""Descriptor text to documents, within limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from catalog.descriptors.budget import Budget, LimitExceededError
from catalog.descriptors.documents import BrokenDocument, DescriptorError, Document, EntityDocument
from catalog.descriptors.faults import LineNumbers, YamlFault, describe
from catalog.descriptors.quick import MAX_CHARACTERS, read_quickly
from catalog.descriptors.reader import read_carefully
from catalog.descriptors.split import Slice, split_documents


class DescriptorLimits(Protocol):
    """How much one file may hold; ``catalog.settings.Limits`` is one."""

    @property
    def max_bytes(self) -> int: ...
    @property
    def max_documents(self) -> int: ...
    @property
    def max_depth(self) -> int: ...
    @property
    def max_nodes(self) -> int: ...


def parse_descriptor(data: bytes, *, location: str, limits: DescriptorLimits) -> list[Document]:
    """
    The documents of a descriptor file, in order and without empty ones.

    A document that cannot be read is a BrokenDocument; the others are not affected by it. Values are as Backstage has
    them after JSON: numbers are JavaScript's, keys are texts, dates and ``yes`` are texts, ``<<`` is a key like others.

    Raises DescriptorError, an InputError, if the file as a whole is refused: it is beyond a limit, or not UTF-8.
    """
    return [
        _document(value, location) if not isinstance(value, BrokenDocument) else value
        for value in _read_all(data, location, limits)
        if value is not None
    ]


def parse_values(data: bytes, *, location: str, limits: DescriptorLimits) -> list[Any]:
    """
    The values of all documents of a YAML text, empty ones included as None.

    Raises DescriptorError if any of them cannot be read, or the text is refused as a whole.
    """
    values = _read_all(data, location, limits)
    for value in values:
        if isinstance(value, BrokenDocument):
            raise value.error
    return values


def _document(value: Any, location: str) -> Document:
    if isinstance(value, dict):
        return EntityDocument(value)
    kinds = {str: "string", bool: "boolean", int: "number", float: "number", list: "object"}
    message = f"Expected object at root, got {kinds[type(value)]}"
    return BrokenDocument(DescriptorError(message), None)


def _read_all(data: bytes, location: str, limits: DescriptorLimits) -> list[Any]:
    try:
        text = _decode(data, limits.max_bytes)
        budget = Budget(max_nodes=limits.max_nodes, max_depth=limits.max_depth)
        values = read_quickly(text, budget) if len(text) <= MAX_CHARACTERS else None
        if values is None:
            return _read_slices(text, location, budget, limits.max_documents)
        _require_few(len(values), limits.max_documents)
        return values
    except LimitExceededError as error:
        raise DescriptorError(f"YAML error at {location}, {error}") from None


def _decode(data: bytes, max_bytes: int) -> str:
    if len(data) > max_bytes:
        raise LimitExceededError(
            f"the file has {len(data)} bytes and {max_bytes} are allowed;"
            " split it, or raise callboard.catalog.limits.maxBytes"
        )
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LimitExceededError(
            f"it is not UTF-8 text: byte 0x{data[error.start]:02x} in line {line}; save the file as UTF-8"
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise LimitExceededError(f"it holds a NUL character in line {line}; descriptors are text")
    return text


def _require_few(count: int, max_documents: int) -> None:
    if count > max_documents:
        raise LimitExceededError(
            f"it holds more than {max_documents} documents; split it, or raise callboard.catalog.limits.maxDocuments"
        )


def _read_slices(text: str, location: str, budget: Budget, max_documents: int) -> list[Any]:
    slices = list(islice(split_documents(text), max_documents + 1))
    _require_few(len(slices), max_documents)
    reading = _Reading(text, location, budget, LineNumbers(text))
    return [value for batch in _batches(slices) for value in reading.read_batch(batch)]


def _batches(slices: list[Slice]) -> Iterator[list[Slice]]:
    """Neighbouring documents that are short enough together for the quick way."""
    batch: list[Slice] = []
    for document in slices:
        if batch and document.end - batch[0].start > MAX_CHARACTERS:
            yield batch
            batch = []
        batch.append(document)
    if batch:
        yield batch


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file that is read document by document."""

    text: str
    location: str
    budget: Budget
    numbers: LineNumbers

    def read_batch(self, batch: list[Slice]) -> list[Any]:
        """The values of some documents: quickly all at once, else one by one."""
        start, end = batch[0].start, batch[-1].end
        values = read_quickly(self.text[start:end], self.budget) if end - start <= MAX_CHARACTERS else None
        if values is not None and len(values) == len(batch):
            return values
        if len(batch) > 1:
            return [value for document in batch for value in self.read_batch([document])]
        return [self.read_one(batch[0])]

    def read_one(self, document: Slice) -> Any:
        """The value of one document, or the BrokenDocument that it is."""
        try:
            return read_carefully(self.text, document, self.budget)
        except YamlFault as fault:
            message, line = describe(self.numbers, fault)
            return BrokenDocument(DescriptorError(f"YAML error at {self.location}, {message}"), line)
