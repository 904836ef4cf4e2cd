"""Many small reads of one source, some of them at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

CALLS_AT_ONCE = 8

Key = TypeVar("Key")
Answer = TypeVar("Answer")


def ask_at_once(
    calls: Mapping[Key, Callable[[], Answer]], progress: Callable[[int, int], None]
) -> Iterator[tuple[Key, Answer]]:
    """The answers as they come. The first call that fails ends them all, and raises."""
    pool = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="organisation")
    try:
        asked = {pool.submit(call): key for key, call in calls.items()}
        for done, future in enumerate(as_completed(asked), 1):
            yield asked[future], future.result()
            progress(done, len(asked))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
