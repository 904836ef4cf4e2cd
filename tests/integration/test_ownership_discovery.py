"""From the repositories of an organization to owners, with no other word from anybody."""

from __future__ import annotations

import pytest

from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources
from catalog.providers.lease import ensure_rows
from catalog.providers.registry import build_providers
from catalog.providers.run import run_provider
from common.app_config import AppConfig
from integrations.hosts.open import open_host
from ownership.files.captured import take_captured
from tests.fakes.wire.github import WireGithub
from tests.integration.ownership_world import OwnershipWorld, group
from tests.integration.queries_world import write

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]


def component(name):
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n"
        "spec: {type: service, lifecycle: production, owner: group:default/lost}\n"
    )


def test_what_is_discovered_has_stewards(settings, client, monkeypatch):
    monkeypatch.setitem(open_host.__kwdefaults__, "pause", lambda seconds: None)
    with WireGithub() as github:
        github.repositories.add(
            "acme", "cart", {"a/catalog-info.yaml": component("cart"), ".github/CODEOWNERS": "/a/ @acme/carts\n"}
        )
        config = {
            "integrations": {
                "github": [
                    {
                        "host": github.host,
                        "token": "token",
                        "apiBaseUrl": f"{github.url}{github.prefix}",
                        "baseUrl": github.url,
                    }
                ]
            },
            "catalog": {
                "rules": [{"allow": ["Component", "Location", "Group"]}],
                "providers": {
                    "github": {
                        "acme": {"host": github.host, "organization": "acme", "catalogPath": "/**/catalog-info.yaml"}
                    }
                },
            },
        }
        world = OwnershipWorld(settings, client, **config)
        sources = Sources.from_app_config(AppConfig.from_dict(config))
        (provider,) = build_providers(AppConfig.from_dict(config))
        ensure_rows([provider])

        run_provider(provider, sources=sources)
        process_due(sources=sources)
        write(group("carts"))
        take_captured()
        found = world.ask("of/component/default/cart")
        conflicts = world.ask("conflicts")["items"]

    assert found["owners"] == ["group:default/lost"]
    (steward,) = found["stewards"]
    assert (steward["ownerRef"], steward["evidence"]["line"]) == ("group:default/carts", 1)
    assert steward["evidence"]["file"] == f"{github.url}/acme/cart/blob/main/.github/CODEOWNERS"
    assert [(row["owners"], row["stewards"]) for row in conflicts] == [
        (["group:default/lost"], ["group:default/carts"])
    ]
