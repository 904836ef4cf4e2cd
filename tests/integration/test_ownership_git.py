"""CODEOWNERS out of a real repository, behind git's own HTTP server."""

from __future__ import annotations

import pytest
from django.utils import timezone

from catalog.ingestion.sources import default_sources
from catalog.models import RefreshState
from common.app_config import AppConfig
from integrations.reading import UrlReader
from ownership.jobs import follow_codeowners
from ownership.models import CodeOwnersFile
from tests.integration.ownership_world import OwnershipWorld, group, thing
from tests.integration.queries_world import write
from tests.unit.integrations.git_world import commit, make_repository
from tests.unit.integrations.loopback import git_backend, http_server, port_of

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]


@pytest.fixture
def server(tmp_path):
    make_repository(
        tmp_path / "repositories" / "shop.git", {"a/catalog-info.yaml": "", "docs/CODEOWNERS": "* @acme/one\n"}
    )
    with http_server(git_backend(tmp_path / "repositories")) as running:
        yield running


def test_follows_what_is_committed(request, settings, client, monkeypatch, server, tmp_path):
    host = f"127.0.0.1:{port_of(server)}"
    reading = {
        "backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}, "reading": {"allow": [{"host": host}]}}
    }
    world = OwnershipWorld(settings, client, **reading)

    def use_reader():
        reader = UrlReader(AppConfig.from_dict(reading), cache_dir=tmp_path / "cache")
        request.addfinalizer(reader.close)
        monkeypatch.setattr(default_sources(), "reader", reader)

    use_reader()
    target = f"http://{host}/shop.git//a/catalog-info.yaml@main"
    RefreshState.objects.create(
        entity_ref="component:default/cart",
        uid="1",
        unprocessed_entity="{}",
        unprocessed_hash="",
        location_key=f"url:{target}",
        last_discovery_at=timezone.now(),
    )
    entity = thing("cart")
    entity["metadata"]["annotations"] = {"backstage.io/managed-by-location": f"url:{target}"}
    write(entity, group("one"), group("two"))

    follow_codeowners()

    row = CodeOwnersFile.objects.get()
    assert (row.repository, row.message, row.path) == (f"{host}/shop", "", "docs/CODEOWNERS")
    found = world.ask("of/component/default/cart")
    assert found["owners"] == ["group:default/one"]
    assert found["stewards"][0]["evidence"]["file"] == f"http://{host}/shop.git//docs/CODEOWNERS@main"

    commit(tmp_path / "repositories" / "shop.git", {".github/CODEOWNERS": "/a/ @acme/two\n"})
    CodeOwnersFile.objects.update(due_at=timezone.now())
    # Branches are looked up every ten seconds; another process knows nothing of that.
    use_reader()
    follow_codeowners()

    assert world.ask("of/component/default/cart")["owners"] == ["group:default/two"]
