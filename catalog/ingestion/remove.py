"""Removing what nothing keeps alive any more, cycles included."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.utils import timezone

from catalog.ingestion.queue import mark_due
from catalog.models import RefreshLane
from catalog.stitching.request import request_stitching
from common.database import execute, fetch_all, in_list, sql_time

Edge = tuple[str, str, str]  # (source key, source ref, target ref)


def delete_unreachable(candidates: Collection[str]) -> set[str]:
    """
    Of these and all that hangs on them, delete what no bucket reaches, inside the caller's transaction.

    An entity that another source claims passes to the oldest claim instead. Returns the refs that are gone; they
    and those they were related to are asked to be stitched.
    """
    if not candidates:
        return set()
    descendants, outgoing = _descendants(candidates)
    dead = descendants - _alive(descendants, outgoing)
    dead -= _pass_to_claimants(dead)
    lost_a_parent = {target for source in dead for target in outgoing.get(source, ())} | set(candidates)
    if dead:
        request_stitching(dead | _peers(dead))
        _delete(dead)
    _ask_other_parents(lost_a_parent - dead)
    return dead


def _ask_other_parents(survivors: set[str]) -> None:
    """Have the parents that are left emit these again: what is stored may be stamped with the origin that went."""
    if not survivors:
        return
    sql, parameter = in_list(survivors)
    rows = fetch_all(
        f"SELECT DISTINCT source_ref FROM catalog_refresh_edge WHERE target_ref {sql} AND source_ref <> ''", [parameter]
    )
    mark_due([row[0] for row in rows], RefreshLane.EVENT, forget_sources=True)


def delete_orphans() -> int:
    """Delete all that lost its last parent. Returns how many went. A net under the deletions that happen at once."""
    rows = fetch_all(
        """
        SELECT s.entity_ref FROM catalog_refresh_state s
        WHERE NOT EXISTS (SELECT 1 FROM catalog_refresh_edge e WHERE e.target_ref = s.entity_ref)
        """
    )
    return len(delete_unreachable([row[0] for row in rows]))


def _descendants(candidates: Iterable[str]) -> tuple[set[str], dict[str, list[str]]]:
    found = set(candidates)
    outgoing: dict[str, list[str]] = {}
    frontier = list(found)
    while frontier:
        sql, parameter = in_list(frontier)
        rows = fetch_all(f"SELECT source_ref, target_ref FROM catalog_refresh_edge WHERE source_ref {sql}", [parameter])
        frontier = []
        for source, target in rows:
            outgoing.setdefault(source, []).append(target)
            if target not in found:
                found.add(target)
                frontier.append(target)
    return found, outgoing


def _alive(refs: set[str], outgoing: dict[str, list[str]]) -> set[str]:
    """Those that a bucket holds, or that an entity outside of the set emits; and what these emit in turn."""
    sql, parameter = in_list(refs)
    rows = fetch_all(
        f"SELECT source_key, source_ref, target_ref FROM catalog_refresh_edge WHERE target_ref {sql}",
        [parameter],
    )
    frontier = [target for key, source, target in rows if key or source not in refs]
    alive = set(frontier)
    while frontier:
        reached = {target for source in frontier for target in outgoing.get(source, ())} - alive
        alive |= reached
        frontier = list(reached)
    return alive


def _pass_to_claimants(dead: set[str]) -> set[str]:
    """Give entities to the oldest claim whose source lives on. Returns those that stay."""
    sql, parameter = in_list(dead)
    claims = fetch_all(
        f"""
        SELECT c.id, c.entity_ref, c.location_key, c.source_key, c.source_ref, c.unprocessed_entity, c.unprocessed_hash
        FROM catalog_entity_claim c
        WHERE c.entity_ref {sql} AND (c.source_key <> '' OR EXISTS
            (SELECT 1 FROM catalog_refresh_state s WHERE s.entity_ref = c.source_ref))
        ORDER BY c.first_seen_at, c.id
        """,
        [parameter],
    )
    heirs: dict[str, tuple[Any, ...]] = {}
    for claim in claims:
        if claim[4] not in dead:
            heirs.setdefault(claim[1], claim)
    for claim in heirs.values():
        _hand_over(*claim)
    return set(heirs)


def _hand_over(
    claim_id: int, entity_ref: str, location_key: str, source_key: str, source_ref: str, text: str, digest: str
) -> None:
    execute("DELETE FROM catalog_refresh_edge WHERE target_ref = %s", [entity_ref])
    execute(
        "INSERT INTO catalog_refresh_edge (source_key, source_ref, target_ref) VALUES (%s, %s, %s)",
        [source_key, source_ref, entity_ref],
    )
    execute(
        "UPDATE catalog_refresh_state SET unprocessed_entity = %s, unprocessed_hash = %s, location_key = %s,"
        " source_state = '', claim = '', lane = %s, next_update_at = %s WHERE entity_ref = %s",
        [text, digest, location_key, int(RefreshLane.EVENT), sql_time(timezone.now()), entity_ref],
    )
    execute("DELETE FROM catalog_entity_claim WHERE id = %s", [claim_id])


def _peers(dead: set[str]) -> set[str]:
    sql, parameter = in_list(dead)
    rows = fetch_all(
        f"""
        SELECT r.source_ref, r.target_ref FROM catalog_relation r
        JOIN catalog_refresh_state s ON s.id = r.emitter_id WHERE s.entity_ref {sql}
        """,
        [parameter],
    )
    return {ref for row in rows for ref in row}


def _delete(dead: set[str]) -> None:
    sql, parameter = in_list(dead)
    for statement in (
        f"DELETE FROM catalog_relation WHERE emitter_id IN (SELECT id FROM catalog_refresh_state WHERE entity_ref {sql})",
        f"DELETE FROM catalog_refresh_state WHERE entity_ref {sql}",
        f"DELETE FROM catalog_refresh_edge WHERE source_ref {sql}",
        f"DELETE FROM catalog_refresh_edge WHERE target_ref {sql}",
        f"DELETE FROM catalog_entity_claim WHERE source_ref {sql}",
    ):
        execute(statement, [parameter])


def forget_entity(entity_ref: str, *, edges: bool = False) -> None:
    """Delete one entity's state and relations; its final form and its peers are asked to be stitched."""
    request_stitching({entity_ref} | _peers({entity_ref}))
    execute(
        "DELETE FROM catalog_relation WHERE emitter_id IN (SELECT id FROM catalog_refresh_state WHERE entity_ref = %s)",
        [entity_ref],
    )
    execute("DELETE FROM catalog_refresh_state WHERE entity_ref = %s", [entity_ref])
    if edges:
        execute("DELETE FROM catalog_refresh_edge WHERE target_ref = %s OR source_ref = %s", [entity_ref, entity_ref])


def drop_edges(targets: Sequence[str], *, source_ref: str) -> None:
    """This entity does not emit those any more."""
    if targets:
        sql, parameter = in_list(targets)
        execute(
            f"DELETE FROM catalog_refresh_edge WHERE source_ref = %s AND target_ref {sql}",
            [source_ref, parameter],
        )
