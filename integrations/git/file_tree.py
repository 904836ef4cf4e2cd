"""The files below a folder of a commit."""

from __future__ import annotations

from collections.abc import Callable

from common.errors import CallboardError, InputError, NotFoundError
from integrations.git.command import GitFault
from integrations.git.objects import ObjectStore, ObjectTooLarge, TreeEntry
from integrations.git.tree import find_entry
from integrations.tree import Meter, Tree, TreeFile, TreeLimits, check_path


def list_git_tree(
    store: ObjectStore, top: str, path: str, *, what: str, limits: TreeLimits, max_file_bytes: int
) -> Tree:
    """
    The folder at ``path``, or the one file there. Links and submodules are left out.

    Raises NotFoundError, GitFault for a link on the way, InputError for more than the limits allow.
    """
    start = find_entry(store, top, path)
    if start is None:
        raise NotFoundError(f"there is no '{path}' in it")
    meter = Meter(what, limits)
    reads = _Reads(store, meter, max_file_bytes)
    if start.type == "file":
        return Tree((TreeFile("", reads.of("", start), start.is_executable),))
    files, left_out = [], []
    waiting = [("", start.object_id)]
    while waiting:
        prefix, tree = waiting.pop()
        folders = []
        for entry in store.list_tree(tree):
            meter.add_entry()
            inner = prefix + entry.name
            if entry.type == "file":
                check_path(inner, what, limits)
                files.append(TreeFile(inner, reads.of(inner, entry), entry.is_executable))
            elif entry.type == "folder":
                check_path(inner, what, limits)
                folders.append((f"{inner}/", entry.object_id))
            else:
                left_out.append(inner)
        waiting.extend(reversed(folders))
    return Tree(tuple(files), left_out=tuple(left_out))


class _Reads:
    """Contents when they are asked for, all within one meter."""

    def __init__(self, store: ObjectStore, meter: Meter, max_file_bytes: int) -> None:
        self._store = store
        self._meter = meter
        self._max_file_bytes = max_file_bytes

    def of(self, path: str, entry: TreeEntry) -> Callable[[], bytes]:
        return lambda: self._read(path, entry.object_id)

    def _read(self, path: str, object_id: str) -> bytes:
        name = f"'{path}' of {self._meter.what}" if path else self._meter.what
        try:
            data = self._store.read(object_id, "blob", self._max_file_bytes)
        except ObjectTooLarge:
            raise InputError(
                f"{name} has more than {self._max_file_bytes} bytes, which is the limit;"
                " it can be raised at callboard.catalog.limits.maxBytes"
            ) from None
        except GitFault as fault:
            raise CallboardError(f"Unable to read {name}, {fault}") from None
        self._meter.add_bytes(len(data))
        return data
