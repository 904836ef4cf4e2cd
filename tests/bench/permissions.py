#!/usr/bin/env python3
"""
What a policy of 200 rules costs at 50,000 entities: a first page as the frontend asks for it, with the policy and without.

    python tests/bench/permissions.py --generator gen_catalog.py [--entities 50000] [--rules 200]

Both are asked in turn in one process, and processor time is measured, so that a busy machine hurts both alike. Prints
the medians in milliseconds and how they compare, and what the first request after a change costs.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.catalog import fill, prepare

CONFIG = "callboard: { secretKey: bench-bench-bench-bench-bench-bench }\n"
PAGES = {
    "first page by name": "entities/by-query?limit=20&orderField=metadata.name,asc",
    "first page of components": "entities/by-query?limit=20&orderField=metadata.name,asc&filter=kind=component",
    "first page of own": "entities/by-query?limit=20&filter=relations.ownedBy=group:default/team-1",
    "facets of components": "entity-facets?facet=spec.type&filter=kind=component",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--generator", type=Path, required=True)
    parser.add_argument("--entities", type=int, default=50_000)
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=200)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="callboard-bench-") as name:
        folder = Path(name)
        prepare(folder, CONFIG)
        generate(folder, arguments.generator, arguments.entities)
        measure(arguments.rules, arguments.repeat)


def generate(folder: Path, generator: Path, entities: int) -> None:
    made = [sys.executable, generator, "--entities", str(entities), "--api-kb", "1", "--out", folder / "catalog"]
    subprocess.run(made, check=True, capture_output=True)
    print(f"{fill(read_entities(folder / 'catalog'))} entities", flush=True)


def read_entities(folder: Path) -> Iterator[dict[str, Any]]:
    import yaml

    for path in sorted(folder.rglob("*.yaml")):
        for entity in yaml.load_all(path.read_text(), yaml.CSafeLoader):
            if entity["kind"] == "Location":
                continue
            metadata, spec = entity["metadata"], entity["spec"]
            metadata.setdefault("namespace", "default")
            metadata["uid"] = f"{entity['kind']}-{metadata['name']}".lower()
            owner = spec.get("owner")
            ref = owner if owner is None or ":" in owner else f"group:default/{owner}"
            entity["relations"] = [{"type": "ownedBy", "targetRef": ref}] if ref else []
            yield entity


def make_rules(count: int) -> list[dict[str, Any]]:
    """Denials and permissions in turn: by kind, owner, label, tag, annotation, name and fields of the spec."""
    rng = random.Random(7)
    matchers: list[Callable[[int], dict[str, Any]]] = [
        lambda number: {"owner": [f"group:default/team-{number}", "$self"]},
        lambda number: {"kind": rng.choice(["api", "resource"]), "tag": rng.choice(["java", "go", "python"])},
        lambda number: {"kind": "component", "spec": {"lifecycle": rng.choice(["experimental", "deprecated"])}},
        lambda number: {"any": [{"label": {"tier": str(number % 5)}}, {"annotation": {f"team/{number}": True}}]},
        lambda number: {"not": {"kind": ["component", "api", "resource", "system"]}, "name": f"team-{number}"},
    ]
    rules: list[dict[str, Any]] = [
        {
            "effect": "deny" if number % 2 else "allow",
            "who": "users",
            "permissions": "catalog.entity.*",
            "on": {"entity": matchers[number % len(matchers)](number)},
        }
        for number in range(count - 1)
    ]
    return [*rules, {"effect": "allow", "who": "users", "permissions": "catalog.entity.read"}]


def measure(rule_count: int, repeat: int) -> None:
    from django.test import Client

    from catalog.index.follow import current_index
    from common.permissions import AllowAll, set_policy
    from tests.integration.policy_world import ALICE, bearer, make_policy
    from tests.integration.queries_world import make_entity, write

    client, headers = Client(), bearer(ALICE)
    ruled, free = make_policy(*make_rules(rule_count)), AllowAll()

    def ask(path: str, policy: Any) -> float:
        set_policy(policy)
        begin = time.process_time()
        answer = client.get(f"/api/catalog/{path}", headers=headers)
        assert answer.status_code == 200, answer.content
        return (time.process_time() - begin) * 1000

    # What the first request of all imports and loads is no business of the policy.
    ask(PAGES["first page by name"], free)
    print(f"\n{rule_count} rules; the first request evaluates them: {ask(PAGES['first page by name'], ruled):.1f} ms")
    print(f"{'':28}{'without':>10}{'with':>10}{'times':>8}")
    for label, path in PAGES.items():
        ask(path, ruled), ask(path, free)
        pairs = [(ask(path, free), ask(path, ruled)) for _ in range(repeat)]
        without, with_policy = (statistics.median(times) for times in zip(*pairs, strict=True))
        print(f"{label:28}{without:10.2f}{with_policy:10.2f}{with_policy / without:8.2f}", flush=True)
    amended = []
    for number in range(20):
        write(make_entity(f"new-{number}"))
        amended.append(ask(PAGES["first page by name"], ruled))
    print(f"the first request after a change: {statistics.median(amended):.2f} ms")
    kept = current_index().kept
    print(f"evaluated {kept.evaluations} times, amended {kept.amendments} times")


if __name__ == "__main__":
    main()
