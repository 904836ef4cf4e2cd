"""Repositories of Gitea, Bitbucket Cloud and Azure DevOps, each as Backstage's provider finds them."""

import json

import pytest

from catalog.ingestion.run import process_due
from catalog.ingestion.sources import Sources
from catalog.models import FinalEntity, RefreshState
from catalog.providers.changes import apply_changes
from catalog.providers.lease import ensure_rows
from catalog.providers.registry import build_providers
from catalog.providers.repositories.azure import azure_plan
from catalog.providers.repositories.bitbucket_cloud import bitbucket_cloud_plan
from catalog.providers.repositories.provider import RepositoryProvider
from catalog.providers.run import run_provider
from common.app_config import AppConfig
from common.errors import ServiceUnavailableError
from integrations.hosts.settings import HostSettings
from tests.fakes.wire.azure import WireAzure
from tests.fakes.wire.bitbucket import WireBitbucketCloud, WireBitbucketServer
from tests.fakes.wire.gitea import WireGitea

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]


class World:
    def __init__(self, provider):
        self.provider = provider
        config = {"catalog": {"providers": {"any": {}}}}
        self.sources = Sources.from_app_config(AppConfig.from_dict(config))
        self.sources.reader = self
        ensure_rows([provider])

    def search(self, target, **_):
        raise ServiceUnavailableError("git is not asked here")

    def run(self):
        report = run_provider(self.provider, sources=self.sources)
        assert report.status == "ok", report
        process_due(sources=self.sources)

    def change(self, *names):
        apply_changes(self.provider, names, sources=self.sources)
        process_due(sources=self.sources)


def component(name):
    return (
        f"apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n"
        "spec: {type: service, lifecycle: production, owner: group:default/acme}\n"
    )


def components():
    rows = FinalEntity.objects.filter(entity_ref__startswith="component:").order_by("entity_ref")
    return [ref.removeprefix("component:default/") for ref in rows.values_list("entity_ref", flat=True)]


def locations():
    rows = RefreshState.objects.filter(entity_ref__startswith="location:").values_list("unprocessed_entity", flat=True)
    return sorted((json.loads(text) for text in rows), key=lambda entity: entity["spec"]["target"])


def section(**values):
    return AppConfig.from_dict(values)


@pytest.fixture
def gitea():
    with WireGitea() as fake:
        fake.repositories.generate("acme", 60)
        yield fake


def test_gitea(gitea):
    gitea.repositories.add("acme", "bare", {"README.md": "#"})
    config = {
        "integrations": {"gitea": [{"host": gitea.host, "baseUrl": gitea.url, "password": "token"}]},
        "catalog": {"providers": {"gitea": {"git": {"host": gitea.host, "organization": "acme"}}}},
    }
    (provider,) = build_providers(AppConfig.from_dict(config))
    assert provider.name == "gitea-provider:git"
    world = World(provider)
    world.run()
    assert len(components()) == 60
    assert locations()[0]["spec"] == {
        "type": "url",
        "target": f"{gitea.url}/acme/repo-00000/src/branch/main/catalog-info.yaml",
    }

    gitea.repositories["acme/repo-00000"].push({"catalog-info.yaml": component("renamed")})
    world.change("acme/repo-00000", "other/secret")
    assert "renamed" in components()

    gitea.reset_counts()
    world.run()
    assert gitea.calls <= 3


def test_bitbucket_cloud():
    with WireBitbucketCloud() as fake:
        fake.repositories.add(
            "acme", "cart", {"catalog-info.yaml": component("cart"), "a/catalog-info.yaml": component("a")}
        )
        fake.repositories.add("acme", "shop", {"catalog-info.yaml": component("shop")})
        fake.repositories.add("acme", "bare", {"README.md": "#"})
        given = section(workspace="acme", catalogPath="catalog-info.yaml", filters={"repoSlug": "cart|bare"})
        plan = bitbucket_cloud_plan(fake.integration(), "default", given, HostSettings())
        world = World(RepositoryProvider(plan))
        world.run()

        assert world.provider.name == "bitbucketCloud-provider:default"
        assert components() == ["a", "cart"]
        below, top = locations()
        assert below["spec"] == {
            "type": "url",
            "target": f"{fake.url}/acme/cart/src/main/a/catalog-info.yaml",
            "presence": "required",
        }
        assert top["metadata"]["annotations"]["bitbucket.org/repo-url"] == f"{fake.url}/acme/cart"

        fake.repositories["acme/cart"].push({"a/catalog-info.yaml": None, "b/catalog-info.yaml": component("b")})
        world.run()
        assert components() == ["b", "cart"]


def test_bitbucket_cloud_filters_projects():
    with WireBitbucketCloud() as fake:
        fake.repositories.add("acme", "cart", {"catalog-info.yaml": component("cart")})
        given = section(workspace="acme", filters={"projectKey": "OTHER"})
        World(RepositoryProvider(bitbucket_cloud_plan(fake.integration(), "x", given, HostSettings()))).run()
        assert components() == []


@pytest.mark.parametrize("by", ["poll", "event"])
def test_bitbucket_server(by):
    with WireBitbucketServer() as fake:
        fake.repositories.add("WEB", "cart", {"catalog-info.yaml": component("cart")})
        fake.repositories.add("WEB", "old", {"catalog-info.yaml": component("old")}, archived=True)
        fake.repositories.add("OPS", "deploy", {"catalog-info.yaml": component("deploy")})
        api = {"host": fake.host, "apiBaseUrl": f"{fake.url}/rest/api/1.0", "token": "token"}
        given = {"host": fake.host, "filters": {"projectKey": "^WEB$", "skipArchivedRepos": True}}
        config = {"integrations": {"bitbucketServer": [api]}, "catalog": {"providers": {"bitbucketServer": given}}}
        (provider,) = build_providers(AppConfig.from_dict(config))
        world = World(provider)
        if by == "poll":
            world.run()
        else:
            world.change("WEB/cart", "WEB/old", "OPS/deploy")

        assert provider.name == "bitbucketServer-provider:default"
        assert components() == ["cart"]
        (location,) = locations()
        target = f"{fake.url}/projects/WEB/repos/cart/browse/catalog-info.yaml"
        assert location["spec"] == {"type": "url", "target": target, "presence": "optional"}


@pytest.mark.parametrize("project", ["web", "*", "w*"])
def test_azure_devops(project):
    with WireAzure() as fake:
        fake.repositories.add("web", "cart", {"catalog-info.yaml": component("cart")})
        fake.repositories.add("web", "other", {"catalog-info.yaml": component("other")})
        fake.repositories.add("api", "carts", {"catalog-info.yaml": component("carts")})
        given = section(organization="acme", project=project, repository="cart*")
        world = World(RepositoryProvider(azure_plan(fake.integration(), "main", given, HostSettings())))
        world.run()

        assert world.provider.name == "AzureDevOpsEntityProvider:main"
        assert components() == (["cart", "carts"] if project == "*" else ["cart"])
        target = f"{fake.url}/acme/web/_git/cart?path=/catalog-info.yaml"
        assert target in [entity["spec"]["target"] for entity in locations()]

        fake.repositories["web/cart"].push({"catalog-info.yaml": component("renamed")})
        world.change("web/cart", "api/nothing")
        assert "renamed" in components()


def test_azure_devops_names_the_branch_that_is_configured():
    with WireAzure() as fake:
        fake.repositories.add("web", "cart", {"catalog-info.yaml": component("cart")}, branch="develop")
        given = section(organization="acme", project="web", branch="develop")
        World(RepositoryProvider(azure_plan(fake.integration(), "main", given, HostSettings()))).run()
        (location,) = locations()
        assert (
            location["spec"]["target"] == f"{fake.url}/acme/web/_git/cart?path=%2Fcatalog-info.yaml&version=GBdevelop"
        )
