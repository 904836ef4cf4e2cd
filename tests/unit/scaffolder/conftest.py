from __future__ import annotations

import pytest

from tests.unit.scaffolder.gitlab_world import make_gitlab


@pytest.fixture
def gitlab():
    with make_gitlab() as server:
        yield server


@pytest.fixture
def shop(gitlab):
    """A project with three files."""
    return gitlab.add_project("team/shop", {"README.md": "old", "keep.txt": "same", "ci/build.yml": "steps"})
