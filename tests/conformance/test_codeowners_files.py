"""All CODEOWNERS files that were collected from public repositories, read as their host would."""

from __future__ import annotations

from pathlib import Path

import pytest

from integrations.codeowners import parse_codeowners
from tests.tiers import SHARED

CORPUS = Path(SHARED, "corpus", "codeowners")
FILES = sorted(CORPUS.glob("*/*"))
# By what the name of their folder begins with; all others lie on GitHub.
ON_GITLAB = ("gitlabhq__",)
# A template of such a file, which GitHub would not read either.
TEMPLATES = ("CODEOWNERS.python_{{",)

pytestmark = pytest.mark.skipif(not FILES, reason=f"there are no CODEOWNERS files in {CORPUS}")


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_is_read_as_its_host_would(file):
    dialect = "gitlab" if file.parent.name.startswith(ON_GITLAB) else "github"

    found = parse_codeowners(file.read_bytes(), "CODEOWNERS", dialect)

    lines = [line.strip() for line in file.read_text().split("\n")]
    meant = [number for number, line in enumerate(lines, start=1) if line and line[0] not in "#["]
    if file.name.startswith(TEMPLATES):
        assert [fault.line for fault in found.faults] == meant
    else:
        assert found.faults == ()
        assert [rule.line for rule in found.list_rules()] == meant
