"""Metrics that stand in the database, under Backstage's names. Read when somebody asks, twice a minute at most."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable

import orjson
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from common.database import fetch_all, is_postgres

KEPT_SECONDS = 30.0

# How many final entities of each kind there are.
ENTITIES_BY_KIND = "SELECT {kind} AS kind, count(*) FROM catalog_final_entity GROUP BY 1 ORDER BY 1"

# Locations, relations (one row states both directions), and entities that wait to be stitched.
TOTALS = """
    SELECT (SELECT count(*) FROM catalog_location),
           (SELECT count(*) + coalesce(sum(CASE WHEN reverse_type <> '' THEN 1 ELSE 0 END), 0) FROM catalog_relation),
           (SELECT count(*) FROM catalog_stitch_request)
"""


# How many providers of each kind are how, and how many entities the shrink guard keeps from going.
PROVIDERS = "SELECT kind, status, held FROM catalog_provider_run"


class DatabaseGauges(Collector):
    """Three statements, whose results are kept for half a minute. Kinds that have gone are not shown as 0."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.read_at = float("-inf")
        self.kept: list[GaugeMetricFamily] = []

    def collect(self) -> Iterable[GaugeMetricFamily]:
        with self.lock:
            if time.monotonic() - self.read_at > KEPT_SECONDS:
                self.kept = _read()
                self.read_at = time.monotonic()
            return self.kept


def _read() -> list[GaugeMetricFamily]:
    kind = "split_part(entity_ref, ':', 1)" if is_postgres() else "substr(entity_ref, 1, instr(entity_ref, ':') - 1)"
    entities = GaugeMetricFamily("catalog_entities_count", "Total amount of entities in the catalog", labels=["kind"])
    for name, count in fetch_all(ENTITIES_BY_KIND.format(kind=kind)):
        entities.add_metric([name], count)
    locations, relations, waiting = fetch_all(TOTALS)[0]
    return [
        entities,
        GaugeMetricFamily(
            "catalog_registered_locations_count",
            "Total amount of registered locations in the catalog",
            value=locations,
        ),
        GaugeMetricFamily(
            "catalog_relations_count", "Total amount of relations between entities", value=int(relations)
        ),
        GaugeMetricFamily(
            "catalog_stitching_queue_length", "Number of entities currently in the stitching queue", value=waiting
        ),
        *_read_providers(),
    ]


def _read_providers() -> list[GaugeMetricFamily]:
    status = GaugeMetricFamily(
        "callboard_provider_status",
        "Number of providers of a type by how their last run ended",
        labels=["provider_type", "status"],
    )
    held = GaugeMetricFamily(
        "callboard_provider_held_entities",
        "Number of entities whose removal waits for a person's word",
        labels=["provider_type"],
    )
    statuses: Counter[tuple[str, str]] = Counter()
    removals: Counter[str] = Counter()
    for kind, how, text in fetch_all(PROVIDERS):
        statuses[kind, how] += 1
        removals[kind] += orjson.loads(text)["removals"] if text else 0
    for (kind, how), count in sorted(statuses.items()):
        status.add_metric([kind, how], count)
    for kind, count in sorted(removals.items()):
        held.add_metric([kind], count)
    return [status, held]
