"""
Files that providers have read already, kept so that nobody asks their host again.

A provider reads a repository once for each commit and captures what is needed of it. Ingestion, ownership and analysis
then read it here. A row without data says that there is no such file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from common.database import execute, fetch_all, in_list
from common.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class CapturedFile:
    """
    ``url`` as people see it, ``etag`` the commit, ``data`` None for a file that is not there.

    ``target`` is the target of the provider's Location that leads to it: ``url`` itself, or a pattern that it matches;
    empty for a file that no Location leads to. If not ``is_target``, it is not what the Location reads, but what that
    refers to.
    """

    url: str
    etag: str
    data: bytes | None
    target: str = ""
    is_target: bool = True


def list_captured(paths_ending: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """``(url, etag)`` of all captured files that end like one of these, such as ``/CODEOWNERS``. One statement."""
    if not paths_ending:
        return
    likes = " OR ".join(["url LIKE %s ESCAPE '!'"] * len(paths_ending))
    rows = fetch_all(
        f"SELECT DISTINCT url, etag FROM catalog_captured_file WHERE data IS NOT NULL AND ({likes}) ORDER BY url",
        ["%" + _escaped(ending) for ending in paths_ending],
    )
    yield from ((url, etag) for url, etag in rows if url.endswith(paths_ending))


def _escaped(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")


def is_any_captured(repository_url: str, paths: Iterable[str]) -> bool:
    """Whether a provider has read one of these files of the repository, or found that it is not there. One statement."""
    rows = fetch_all(
        "SELECT url FROM catalog_captured_file WHERE url LIKE %s ESCAPE '!'", [f"{_escaped(repository_url)}/%"]
    )
    endings = tuple(f"/{path}" for path in paths)
    return any(unquote(url).endswith(endings) for (url,) in rows)


def read_captured(url: str) -> bytes:
    """Raises NotFoundError if it is not captured."""
    rows = fetch_all(
        "SELECT data FROM catalog_captured_file WHERE url = %s AND data IS NOT NULL ORDER BY id DESC LIMIT 1", [url]
    )
    if not rows:
        raise NotFoundError(f"No file was captured from '{url}'")
    return bytes(rows[0][0])


def captured_for(location_ref: str) -> list[CapturedFile]:
    """
    What answers for this Location, by URL; one file without data if its target is known not to be there. Empty if
    nothing was captured for it. One statement.
    """
    rows = fetch_all(
        "SELECT bucket, url, etag, data FROM catalog_captured_file"
        " WHERE location_ref = %s AND is_target ORDER BY id DESC",
        [location_ref],
    )
    # Two providers may find the same repository. What one of them has captured belongs together.
    files = [
        CapturedFile(url, etag, None if data is None else bytes(data))
        for bucket, url, etag, data in rows
        if bucket == rows[0][0]
    ]
    return sorted(files, key=lambda file: file.url)


def captured_at(urls: Iterable[str]) -> dict[str, CapturedFile]:
    """The files that are captured from these addresses. One statement."""
    sql, parameter = in_list(list(urls))
    rows = fetch_all(
        f"SELECT url, etag, data FROM catalog_captured_file WHERE data IS NOT NULL AND url {sql} ORDER BY id",
        [parameter],
    )
    return {url: CapturedFile(url, etag, bytes(data)) for url, etag, data in rows}


def forget_captured(location_refs: Iterable[str]) -> int:
    """Have these Locations read their targets from the host. The provider captures the files again."""
    sql, parameter = in_list(list(location_refs))
    return execute(f"DELETE FROM catalog_captured_file WHERE location_ref <> '' AND location_ref {sql}", [parameter])
