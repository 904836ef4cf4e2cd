"""Archives of repositories as git itself makes them."""

import subprocess

from integrations.archive.tar_stream import read_tar_stream
from tests.unit.integrations.git_world import git, make_repository


def test_an_archive_of_git_says_its_commit(tmp_path):
    folder = tmp_path / "shop"
    long_path = "/".join(["a-rather-long-folder"] * 12) + "/catalog-info.yaml"
    make_repository(folder, {"catalog-info.yaml": "kind: API", long_path: "kind: System", "ä.md": "x"})
    commit = git(folder, "rev-parse", "HEAD").strip()
    command = ["git", "-C", str(folder), "archive", "--format=tar.gz", "--prefix=acme-shop-1234567/", "HEAD"]
    data = subprocess.run(command, check=True, capture_output=True).stdout

    listed = read_tar_stream(iter([data]), lambda path: path.endswith(".yaml"), "The repository")

    assert (listed.folder, listed.comment) == ("acme-shop-1234567", commit)
    assert set(listed.paths) == {"catalog-info.yaml", long_path, "ä.md"}
    assert listed.files == {"catalog-info.yaml": b"kind: API", long_path: b"kind: System"}
