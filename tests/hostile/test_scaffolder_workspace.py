"""The way into a workspace: no path, link or race leads out of it."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from common.errors import CallboardError, InputError, NotAllowedError, NotFoundError
from scaffolder.workspace.snapshot import CHUNK_BYTES, ensure_within_quota, fingerprint, pack, unpack
from scaffolder.workspace.workspace import OUTSIDE, Workspace

PATHS_OUTSIDE = ("..", "../x", "a/../../x", "/etc/passwd", "//etc/passwd", "a/../..", "./../x", "a/b/../../../x")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    root = tmp_path / "workspace"
    root.mkdir()
    return Workspace(root)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret.txt"
    file.write_text("the host's own")
    return file


@pytest.mark.parametrize("path", PATHS_OUTSIDE)
def test_paths_that_lead_outside_are_refused_by_everything(workspace, secret, path):
    for use in (
        lambda: workspace.read_bytes(path),
        lambda: workspace.write_bytes(path, b"x"),
        lambda: workspace.append_bytes(path, b"x"),
        lambda: workspace.remove(path),
        lambda: workspace.rename(path, "y"),
        lambda: workspace.rename("y", path),
        lambda: workspace.make_folder(path),
        lambda: workspace.exists(path),
        lambda: workspace.entries(path),
        lambda: list(workspace.walk(path)),
        lambda: workspace.normalize(path),
    ):
        workspace.write_text("y", "y")
        with pytest.raises(NotAllowedError, match=OUTSIDE):
            use()
    assert secret.read_text() == "the host's own"


@pytest.mark.parametrize("path", ["a\0b", "x" * 5000])
def test_what_is_no_path_is_refused(workspace, path):
    with pytest.raises(InputError, match="is not a path"):
        workspace.write_bytes(path, b"")


def test_no_link_is_followed_wherever_it_stands(workspace, secret, tmp_path):
    os.symlink(secret, workspace.root / "file")
    os.symlink(tmp_path, workspace.root / "folder")
    os.symlink("folder", workspace.root / "chain")
    os.symlink("nowhere", workspace.root / "dangling")
    for path in ("file", "folder/secret.txt", "chain/secret.txt", "folder", "dangling"):
        for use in (
            workspace.read_bytes,
            lambda path: workspace.write_bytes(path, b"x"),
            lambda path: workspace.append_bytes(path, b"x"),
        ):
            with pytest.raises(CallboardError):
                use(path)
    with pytest.raises(NotAllowedError):
        workspace.entries("folder")
    with pytest.raises(NotAllowedError):
        workspace.rename("file", "moved")
    assert secret.read_text() == "the host's own"
    assert list(workspace.walk()) == []


def test_removing_a_link_leaves_what_it_points_to(workspace, secret, tmp_path):
    os.symlink(secret, workspace.root / "file")
    (workspace.root / "deep").mkdir()
    os.symlink(tmp_path, workspace.root / "deep" / "folder")
    workspace.remove("file")
    workspace.remove("deep")
    assert os.listdir(workspace.root) == []
    assert secret.exists()


def touch_every_way(workspace, path):
    for use in (
        lambda: workspace.write_bytes(path, b"x"),
        lambda: workspace.read_bytes(path),
        lambda: workspace.rename(path, f"{path}-moved"),
        lambda: workspace.remove(path),
        lambda: workspace.remove(f"{path}-moved"),
        lambda: list(workspace.walk()),
        lambda: list(workspace.walk_with_times()),
    ):
        with suppress(CallboardError):
            use()


def test_a_folder_that_turns_into_a_link_meanwhile_leads_nowhere(workspace, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    over = threading.Event()

    def swap():
        folder, hidden = workspace.root / "d", workspace.root / "hidden"
        while not over.is_set():
            try:
                os.rename(folder, hidden)
                os.symlink(outside, folder)
                os.unlink(folder)
                os.rename(hidden, folder)
            except OSError:
                continue

    workspace.make_folder("d")
    swapper = threading.Thread(target=swap)
    swapper.start()
    try:
        for number in range(100):
            touch_every_way(workspace, f"d/{number}")
    finally:
        over.set()
        swapper.join()
    assert os.listdir(outside) == []


@pytest.mark.parametrize("path", ["x" * 300, "ü" * 200, "a/" + "x" * 300 + "/b", "\udc00", "a\0b", "x/" * 3000])
def test_no_name_of_a_file_system(workspace, path):
    for use in (workspace.read_bytes, workspace.make_folder, workspace.exists, workspace.remove, workspace.entries):
        with pytest.raises(InputError, match="is not a path"):
            use(path)
    with pytest.raises(InputError, match="is not a path"):
        workspace.write_bytes(path, b"")


def test_pipes_and_folders_are_no_files(workspace):
    os.mkfifo(workspace.root / "pipe")
    workspace.make_folder("folder")
    for use in (workspace.read_bytes, lambda path: workspace.write_bytes(path, b"x")):
        with pytest.raises(NotAllowedError, match="pipe"):
            use("pipe")
        with pytest.raises(InputError, match="is a folder"):
            use("folder")
    workspace.write_text("file", "x")
    with pytest.raises(InputError, match="leads through 'file', which is not a folder"):
        workspace.write_text("file/x", "y")
    with pytest.raises(NotFoundError, match="There is no 'nope'"):
        workspace.read_bytes("nope")


def test_too_large_and_not_text(workspace):
    workspace.write_bytes("x", b"\xff\xfe")
    with pytest.raises(InputError, match="has 2 bytes; at most 1"):
        workspace.read_bytes("x", max_bytes=1)
    with pytest.raises(InputError, match="is not UTF-8 text"):
        workspace.read_text("x")


def test_a_snapshot_comes_back_as_it_was(workspace, tmp_path):
    big = os.urandom(2 * CHUNK_BYTES)
    workspace.write_bytes("big.bin", big)
    workspace.write_text("ü/run.sh", "#!/bin/sh", is_executable=True)
    workspace.make_folder("empty")
    os.symlink("/etc/passwd", workspace.root / "link")
    chunks = pack(workspace)
    assert max(map(len, chunks)) <= CHUNK_BYTES
    copy = Workspace(tmp_path / "copy")
    copy.root.mkdir()
    unpack(chunks, copy)
    assert list(copy.walk()) == list(workspace.walk())
    assert copy.read_bytes("big.bin") == big
    assert not (copy.root / "link").exists()


def test_the_fingerprint_changes_with_every_touch(workspace):
    assert fingerprint(workspace) == ""
    workspace.write_text("a", "1")
    first = fingerprint(workspace)
    assert first == fingerprint(workspace)
    workspace.write_text("a", "2")
    second = fingerprint(workspace)
    workspace.write_text("a", "2", is_executable=True)
    workspace.make_folder("b")
    assert len({first, second, fingerprint(workspace)}) == 3


@pytest.mark.parametrize(("max_bytes", "max_files"), [(3, 10), (100, 1)])
def test_the_quota_counts_bytes_and_files(workspace, max_bytes, max_files):
    workspace.write_text("a", "12")
    workspace.write_text("b", "34")
    with pytest.raises(InputError, match="maxWorkspaceBytes"):
        ensure_within_quota(workspace, max_bytes=max_bytes, max_files=max_files)
    ensure_within_quota(workspace, max_bytes=4, max_files=2)
