"""``/metrics``: what all processes of this machine have counted, and what the database knows."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from catalog.gauges import DatabaseGauges
from config import env

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class AllProcesses(Collector):
    """The counts of the web, worker and scheduler processes, which each keep theirs in a file."""

    def collect(self) -> Iterable[Metric]:
        folder = env.read_metrics_dir()
        if folder is None:
            return REGISTRY.collect()
        files = [str(path) for path in folder.parent.glob("*/*.db")]
        metrics: Iterable[Metric] = MultiProcessCollector.merge(files, accumulate=True)  # type: ignore[no-untyped-call]
        return metrics


_registry = CollectorRegistry()
_registry.register(DatabaseGauges())
_registry.register(AllProcesses())


def show_metrics(request: HttpRequest) -> HttpResponse:
    # Backstage's counters end with _count, where Prometheus' own libraries would add _total.
    text = generate_latest(_registry).replace(b"_count_total", b"_count")
    return HttpResponse(text, content_type=CONTENT_TYPE)
