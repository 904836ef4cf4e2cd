"""Analysing repositories that somebody wants to register, out of real ones behind a code host's API."""

import json

import pytest

from catalog.ingestion.run import process_due
from catalog.ingestion.sources import default_sources
from common.app_config import AppConfig
from tests.fakes.git_server import GitServer
from tests.fakes.server import Response
from tests.integration.api_world import error_of
from tests.integration.events_world import Repository

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]

README = """\
<p align="center"><img src="logo.png"></p>

[![build](https://ci/badge.svg)](https://ci)

# The **Shopping** Cart

Keeps what people
want to [buy](https://shop).

## More
"""
OPENAPI = "openapi: 3.1.0\ninfo:\n  version: 1\n  title: 'Cart API'\npaths: {}\n"


class Host(GitServer):
    """Its API knows one repository, and says what ``told`` adds."""

    def __init__(self, root):
        super().__init__(root, users={"s3cret": "alice"})
        self.told = {}
        self.status = 200

    def answer(self, request):
        if not request.path.startswith("/api/"):
            return super().answer(request)
        if request.path != "/api/repos/shop/cart":
            return Response.of({"message": "Not Found"}, 404)
        row = {"id": 1, "full_name": "shop/cart", "html_url": f"{self.url}/shop/cart", "default_branch": "main"}
        return Response.of({**row, **self.told}, self.status)


class World:
    def __init__(self, settings, client, server, folder):
        config = {
            "backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}},
            "integrations": {"github": [{"host": server.host, "apiBaseUrl": f"{server.url}/api", "token": "s3cret"}]},
            "catalog": {"rules": [{"allow": ["Component", "API", "Location", "Template"]}]},
        }
        settings.APP_CONFIG = AppConfig.from_dict(config)
        self.client, self.server = client, server
        self.repository = Repository(server, "shop/cart", folder)
        self.url = self.repository.url

    def ask(self, url="", **body):
        target = {"type": "url", "target": url or self.url}
        return self.client.post(
            "/api/catalog/analyze-location", {"location": target, **body}, content_type="application/json"
        )

    def analyze(self, url="", **body):
        answer = self.ask(url, **body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def propose(self, url=""):
        """The entities, and the rows of the first one's fields by their names."""
        found = self.analyze(url)
        assert found["existingEntityFiles"] == []
        rows = found["generateEntities"][0]["fields"]
        assert all(set(row) == {"field", "state", "value", "description"} for row in rows)
        return [item["entity"] for item in found["generateEntities"]], {row["field"]: row for row in rows}

    def register(self, path):
        body = {"type": "url", "target": f"{self.url}/{path}"}
        assert self.client.post("/api/catalog/locations", body, content_type="application/json").status_code == 201
        while not process_due().is_done:
            pass


@pytest.fixture
def world(settings, client, tmp_path):
    with Host(tmp_path / "srv") as server:
        yield World(settings, client, server, tmp_path)
        default_sources().reader.close()


def component(name):
    return json.dumps(
        {
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {"name": name},
            "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
        }
    )


# Descriptors that are there


def test_finds_the_descriptors_that_are_there_and_says_which_are_registered(world):
    world.repository.write(
        {
            "catalog-info.yaml": component("cart"),
            "web/catalog-info.yaml": component("web"),
            "web/other.yaml": component("x"),
        }
    )
    world.register("blob/main/web/catalog-info.yaml")

    found = world.analyze()

    assert found["generateEntities"] == []
    assert [
        (item["location"], item["isRegistered"], item["entity"]["metadata"]["name"])
        for item in found["existingEntityFiles"]
    ] == [
        ({"type": "url", "target": f"{world.url}/blob/main/catalog-info.yaml"}, False, "cart"),
        ({"type": "url", "target": f"{world.url}/blob/main/web/catalog-info.yaml"}, True, "web"),
    ]
    annotations = found["existingEntityFiles"][0]["entity"]["metadata"]["annotations"]
    assert annotations["backstage.io/managed-by-location"] == f"url:{world.url}/tree/main/catalog-info.yaml"


def test_what_a_pattern_has_brought_in_is_registered(world):
    world.repository.write({"a/catalog-info.yaml": component("a")})
    assert world.analyze()["existingEntityFiles"][0]["isRegistered"] is False
    world.register("blob/main/*/catalog-info.yaml")
    assert world.analyze()["existingEntityFiles"][0]["isRegistered"] is True


def test_looks_for_the_name_that_is_wished_for(world):
    world.repository.write({"catalog-info.yaml": component("cart"), "x/backstage.yaml": component("x")})
    names = [
        item["entity"]["metadata"]["name"]
        for item in world.analyze(catalogFilename="backstage.yaml")["existingEntityFiles"]
    ]
    assert names == ["x"]
    assert world.analyze(catalogFilename="none.yaml")["existingEntityFiles"] == []


def test_looks_below_the_folder_and_at_the_branch_that_are_named(world):
    world.repository.write({"catalog-info.yaml": component("cart"), "web/catalog-info.yaml": component("web")})
    world.repository.write({"web/catalog-info.yaml": component("web-2")}, branch="next/1")
    found = world.analyze(f"{world.url}/tree/next/1/web")["existingEntityFiles"]
    assert [(item["location"]["target"], item["entity"]["metadata"]["name"]) for item in found] == [
        (f"{world.url}/blob/next/1/web/catalog-info.yaml", "web-2")
    ]


def test_a_broken_one_is_left_out_beside_good_ones_and_told_where_there_is_no_other(world):
    skeleton = component("x").replace('"x"', '"${{ values.name }}"')
    world.repository.write({"skeleton/catalog-info.yaml": skeleton})
    assert error_of(world.ask())[:2] == (400, "InputError")

    world.repository.write({"catalog-info.yaml": component("cart")})
    assert [item["entity"]["metadata"]["name"] for item in world.analyze()["existingEntityFiles"]] == ["cart"]


# What one could look like


def test_proposes_what_the_repository_says(world):
    world.server.told = {"topics": ["shopping", "Not A Tag"], "language": "Go", "description": "Keeps things"}
    world.repository.write(
        {
            "README.md": README,
            "CODEOWNERS": "* @alice\n/*.yaml bob@example.com @shop/cart-team\n",
            "api/openapi.yaml": OPENAPI,
            "Dockerfile": "FROM scratch",
            "mkdocs.yml": "site_name: Cart",
            "main.go": "package main",
        }
    )

    (cart, api), fields = world.propose()

    assert cart == {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Component",
        "metadata": {
            "name": "cart",
            "title": "The Shopping Cart",
            "description": "Keeps things",
            "annotations": {"github.com/project-slug": "shop/cart", "backstage.io/techdocs-ref": "dir:."},
            "tags": ["go", "shopping"],
        },
        "spec": {"type": "service", "lifecycle": "unknown", "owner": "cart-team", "providesApis": ["cart"]},
    }
    assert api == {
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "API",
        "metadata": {"name": "cart", "title": "Cart API"},
        "spec": {
            "type": "openapi",
            "lifecycle": "unknown",
            "owner": "cart-team",
            "definition": {"$text": "./api/openapi.yaml"},
        },
    }
    assert fields["spec.owner"] == {
        "field": "spec.owner",
        "state": "analysisSuggestedValue",
        "value": "cart-team",
        "description": "CODEOWNERS, line 2: '/*.yaml' has bob@example.com @shop/cart-team",
    }
    assert fields["metadata.title"]["description"] == "the title of README.md"
    assert fields["spec.lifecycle"] == {
        "field": "spec.lifecycle",
        "state": "analysisSuggestedNoValue",
        "value": None,
        "description": "nothing in a repository tells how far it is",
    }


def test_what_it_proposes_can_be_registered(world):
    world.repository.write(
        {"README.md": README, "openapi.yaml": OPENAPI, "chat/asyncapi.json": '{"asyncapi": "3.0.0"}'}
    )
    entities, _ = world.propose()
    world.repository.write({"catalog-info.yaml": "\n---\n".join(json.dumps(entity) for entity in entities)})
    world.register("blob/main/catalog-info.yaml")
    found = world.analyze()["existingEntityFiles"]
    assert [(item["entity"]["kind"], item["entity"]["metadata"]["name"], item["isRegistered"]) for item in found] == [
        ("Component", "cart", True),
        ("API", "cart-openapi", True),
        ("API", "cart-asyncapi", True),
    ]
    assert found[1]["entity"]["spec"]["definition"] == OPENAPI


@pytest.mark.parametrize("status", [200, 403, 500])
def test_says_less_where_the_hosts_api_says_nothing(world, status, monkeypatch):
    monkeypatch.setattr("integrations.hosts.open.pause", lambda seconds: None)
    world.server.told, world.server.status = {"full_name": "shop/another"}, status
    world.repository.write({"a.py": "", "b.py": "", "c.js": "", "node_modules/x.js": "", "node_modules/y.js": ""})
    (cart,), fields = world.propose()
    assert cart["metadata"]["tags"] == ["python"]
    assert cart["spec"] == {"type": "other", "lifecycle": "unknown", "owner": "shop"}
    assert fields["metadata.tags"]["description"] == "the language: 2 of 3 source files"
    assert fields["spec.owner"]["description"] == "there is no CODEOWNERS file; the repository belongs to shop"


def test_a_folder_of_a_repository_is_a_component_of_its_own(world):
    world.server.told = {"description": "All of it", "language": "Go"}
    world.repository.write(
        {
            "README.md": "# All",
            "web/README.md": "# Web\n\nThe pages.",
            "web/a.ts": "",
            "b.go": "",
            "CODEOWNERS": "/web/ @al\n",
        }
    )
    (web,), _ = world.propose(f"{world.url}/tree/main/web")
    assert web["metadata"] == {
        "name": "web",
        "description": "The pages.",
        "annotations": {"github.com/project-slug": "shop/cart"},
        "tags": ["typescript"],
    }
    assert web["spec"]["owner"] == "user:al"


def test_a_repository_that_cannot_be_read_is_judged_by_its_url(world):
    expected = [
        {
            "entity": {
                "apiVersion": "backstage.io/v1alpha1",
                "kind": "Component",
                "metadata": {"name": "gone", "annotations": {"github.com/project-slug": "shop/gone"}},
                "spec": {"type": "other", "lifecycle": "unknown"},
            },
            "fields": [],
        }
    ]
    assert world.analyze(f"{world.server.url}/shop/gone") == {"existingEntityFiles": [], "generateEntities": expected}


def test_a_repository_without_a_commit_is_judged_by_its_url(world):
    found = world.analyze()
    assert found["generateEntities"][0]["fields"] == []
