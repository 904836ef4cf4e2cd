"""What a JSON file is indented by."""

from __future__ import annotations

import re
from collections import Counter

_INDENT = re.compile(r"^(\t+|[ ]+)(?=\S)", re.MULTILINE)


def find_indent(text: str) -> str | None:
    """
    The step by which indentation grows most often; None if nothing is indented.

    A step between two lines counts however deep they are, so that a file of one deep line is not misread.
    """
    steps: Counter[str] = Counter()
    before = ""
    for line in text.splitlines():
        found = _INDENT.match(line)
        indent = found.group() if found else ""
        if line.strip() and len(indent) > len(before):
            steps[indent[len(before) :] if indent.startswith(before) else indent] += 1
        if line.strip():
            before = indent
    return steps.most_common(1)[0][0] if steps else None
