"""
Making a token whose value is told only once.

If the answer that told it was lost, the token is of no use to anybody: the next attempt deletes it and makes another,
so that in the end there is one.
"""

from __future__ import annotations

from collections.abc import Callable

from scaffolder.actions.action import ActionContext
from scaffolder.actions.gitlab.host import GitlabHost, Record
from scaffolder.actions.scm_before import seen_before
from scaffolder.vault import seal, unseal


def make_token(
    context: ActionContext,
    host: GitlabHost,
    path: tuple[str | int, ...],
    *,
    name: str,
    make: Callable[[], Record],
    failing: str,
) -> Record:
    """What ``make`` gives, kept sealed. ``path`` lists the tokens, ``name`` is how ours is called there."""
    label = f"token:{'/'.join(map(str, path))}:{name}"

    def known() -> list[int]:
        return [token["id"] for token in _tokens(host, path, name, failing)]

    before, is_later = seen_before(context, label, known)

    def make_anew() -> str:
        for token in _tokens(host, path, name, failing) if is_later else ():
            if token["id"] not in before:
                context.log.info(f"Deleting the token '{name}' of an attempt that was cut off")
                host.delete(*path, token["id"], failing=failing, may_be_gone=True)
        return seal(make(), task_id=context.task_id)

    return unseal(context.checkpoint(f"made:{label}", make_anew), task_id=context.task_id)


def _tokens(host: GitlabHost, path: tuple[str | int, ...], name: str, failing: str) -> list[Record]:
    found = host.list_all(*path, failing=failing)
    return [token for token in found if token.get("name") == name and not token.get("revoked")]
