"""Finding ends, brackets and words in the code of a tag without reading it: texts and patterns are stepped over."""

from __future__ import annotations

import re
from typing import Final

from scaffolder.templating.errors import Fault, SyntaxFault
from scaffolder.templating.js_regex import compiled
from scaffolder.templating.limits import LONGEST_PATTERN, Stopwatch

CODE_SPACE: Final = " \t\n\r\u00a0"
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# After a dot a name may begin with digits.
MEMBER = re.compile(r"[0-9]*[A-Za-z_][A-Za-z0-9_]*")
WORD = re.compile(r"[0-9]*[A-Za-z_][A-Za-z0-9_]*|[0-9]+")
QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*+'|"(?:[^"\\]|\\.)*+\"""", re.DOTALL)
FLAGS = re.compile(r"[gimy]*")
OPENING: Final = {"(": ")", "[": "]", "{": "}"}
CLOSING: Final = frozenset(")]}")


def scan_pattern(source: str, start: int) -> tuple[str, str, int]:
    """
    The pattern, flags and end of the literal ``r/.../gimy`` at this place.

    Raises SyntaxFault if it does not end, or is no regular expression.
    """
    end = pattern_end(source, start)
    pattern = source[start + 2 : end]
    match = FLAGS.match(source, end + 1)
    flags = match.group() if match else ""
    after = end + 1 + len(flags)
    if len(set(flags)) < len(flags):
        raise SyntaxFault("Duplicate regular-expression flag", start)
    if source[after : after + 1].isascii() and source[after : after + 1].isalpha():
        raise SyntaxFault("Unsupported regular-expression flag", start)
    try:
        compiled(pattern, flags)
    except Fault as fault:
        raise SyntaxFault("Invalid regular-expression literal", start) from fault
    return pattern, flags, after


def pattern_end(source: str, start: int) -> int:
    """Where the slash is that ends the pattern. Two backslashes before a slash leave it unclear, and are refused."""
    backslashes = 0
    for index in range(start + 2, min(len(source), start + LONGEST_PATTERN + 3)):
        character = source[index]
        if character == "/" and backslashes % 2 == 0:
            if backslashes:
                raise SyntaxFault("Ambiguous regular-expression delimiter escape", start)
            return index
        backslashes = backslashes + 1 if character == "\\" else 0
    if len(source) > start + LONGEST_PATTERN + 2:
        raise SyntaxFault("Regular-expression literal exceeds the maximum length", start)
    raise SyntaxFault("Unterminated regular-expression literal", start)


def skip_token(source: str, index: int) -> int:
    """The end of the text, pattern, word or number at this place; the place itself if there is none."""
    character = source[index]
    if character in "'\"":
        match = QUOTED.match(source, index)
        return match.end() if match else len(source)
    match = WORD.match(source, index)
    if match is None:
        return index
    if match.group() == "r" and source[match.end() : match.end() + 1] == "/":
        return scan_pattern(source, index)[2]
    return match.end()


def find_terminator(source: str, start: int, terminator: str, stopwatch: Stopwatch) -> int:
    """Where the tag's end is, not counting any inside of a text or pattern; -1 if nowhere."""
    landmark = LANDMARKS[terminator]
    index = start
    while True:
        match = landmark.search(source, index)
        if match is None:
            return -1
        if match.group() == terminator:
            return match.start()
        if match.group() == "r":
            stopwatch.check()
        index = skip_token(source, match.start())


# What may matter to the search for a tag's end: the end, a text's quote, a word (it may start a pattern).
LANDMARKS: Final = {
    end: re.compile(rf"{re.escape(end)}|['\"]|[0-9]*[A-Za-z_][A-Za-z0-9_]*|[0-9]+") for end in ("}}", "%}")
}


def find_closing(source: str) -> int:
    """Where the bracket closes that the code begins with; -1 if nowhere."""
    stack: list[str] = []
    index = 0
    while index < len(source):
        end = skip_token(source, index)
        if end > index:
            index = end
            continue
        character = source[index]
        if character in OPENING:
            stack.append(OPENING[character])
        elif character in CLOSING and character == stack[-1]:
            stack.pop()
            if not stack:
                return index
        index += 1
    return -1


def find_outside_brackets(source: str, expected: str) -> int:
    """Where this character stands outside of every bracket; -1 if nowhere."""
    depth = index = 0
    while index < len(source):
        end = skip_token(source, index)
        if end > index:
            index = end
            continue
        character = source[index]
        depth += (character in OPENING) - (character in CLOSING)
        if depth == 0 and character == expected:
            return index
        index += 1
    return -1


def find_word_outside_brackets(source: str, word: str) -> int:
    """Where this word stands by itself outside of every bracket; -1 if nowhere."""
    depth = index = 0
    while index < len(source):
        end = skip_token(source, index)
        if end > index:
            if depth == 0 and source[index:end] == word and stands_alone(source, index, end):
                return index
            index = end
            continue
        depth += (source[index] in OPENING) - (source[index] in CLOSING)
        index += 1
    return -1


def stands_alone(source: str, start: int, end: int) -> bool:
    before, after = source[start - 1 : start], source[end : end + 1]
    return (before == "" or before in CODE_SPACE) and (after == "" or after in CODE_SPACE)
