"""Where the ``file`` locations of a configuration lie."""

from __future__ import annotations

import pytest

from catalog.settings import find_config_file

FOLDERS = {
    "configuration": "config",
    "its backend": "config/packages/backend",
    "here": "here",
    "the backend here": "here/packages/backend",
}


@pytest.fixture
def base(tmp_path, monkeypatch):
    for folder in FOLDERS.values():
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "config"


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_a_relative_target_is_found_where_backstage_would_look(folder, base, tmp_path):
    (tmp_path / folder / "all.yaml").touch()
    assert find_config_file("all.yaml", base) == tmp_path / folder / "all.yaml"


def test_the_folder_of_the_configuration_comes_first(base, tmp_path):
    for folder in FOLDERS.values():
        (tmp_path / folder / "all.yaml").touch()
    assert find_config_file("./all.yaml", base) == base / "all.yaml"


def test_one_that_is_nowhere_is_named_after_the_configuration(base):
    assert find_config_file("../nope.yaml", base) == base.parent / "nope.yaml"
