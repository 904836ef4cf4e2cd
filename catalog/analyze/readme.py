"""What a README says of its repository: the title, and the first words about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.analyze.repository import Repository

NAMES = ("readme.md", "readme.markdown", "readme.rst", "readme.adoc", "readme.txt", "readme")
LONGEST_TITLE, LONGEST_DESCRIPTION = 100, 300
MOST_LINES, LONGEST_LINE = 200, 1_000
UNDERLINE = re.compile(r"(=|-|~|\^|#){3,}\s*")
HEADING = re.compile(r"(?:#{1,2}|=)\s+(\S.*?)(?:\s+[#=]+)?\s*")
FENCE = re.compile(r"\s*(```|~~~)")
IMAGE = re.compile(r"!\[[^\[\]]{0,500}\]\([^()]{0,1000}\)")
LINK = re.compile(r"\[([^\[\]]{0,500})\]\([^()]{0,1000}\)")
TAG = re.compile(r"<[^<>]{0,1000}>")
MARKUP = re.compile(r"[*_`]")


@dataclass(frozen=True, slots=True)
class Readme:
    """``title`` and ``description`` are empty where it has none."""

    path: str
    title: str = ""
    description: str = ""


def read_readme(repository: Repository) -> Readme | None:
    """That of the folder, else that of the repository. None if there is none."""
    for folder in dict.fromkeys((repository.folder, "")):
        names = {
            path.removeprefix(folder).lower(): path
            for path in repository.all_files
            if path.rpartition("/")[0] == folder.rstrip("/")
        }
        for name in NAMES:
            if name in names:
                return parse_readme(names[name], repository.read(names[name]).decode("utf-8", "replace"))
    return None


def parse_readme(path: str, text: str) -> Readme:
    lines = list(_plain_lines(text))
    at = next((number for number, (is_title, line) in enumerate(lines) if is_title and line), None)
    title = "" if at is None else lines[at][1]
    paragraph: list[str] = []
    for is_title, line in lines[0 if at is None else at + 1 :]:
        if paragraph and (is_title or not line):
            break
        if line and not is_title:
            paragraph.append(line)
    return Readme(path, _cut(title, LONGEST_TITLE), _cut(" ".join(paragraph), LONGEST_DESCRIPTION))


def _plain_lines(text: str) -> Iterator[tuple[bool, str]]:
    """Whether it is a title, and the words of a line, without pictures and markup. Code is left out."""
    lines = [line[:LONGEST_LINE] for line in text.splitlines()[:MOST_LINES]]
    is_code = False
    for number, line in enumerate(lines):
        if FENCE.match(line):
            is_code = not is_code
        elif is_code or UNDERLINE.fullmatch(line):
            continue
        elif heading := HEADING.fullmatch(line):
            yield True, _plain(heading[1])
        else:
            is_underlined = number + 1 < len(lines) and bool(UNDERLINE.fullmatch(lines[number + 1]))
            yield is_underlined and bool(line.strip()), _plain(line)


def _plain(line: str) -> str:
    return MARKUP.sub("", LINK.sub(r"\1", TAG.sub("", IMAGE.sub("", line)))).strip()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
