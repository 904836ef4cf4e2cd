"""Attacks by URLs that somebody asks to be analysed, and by the repositories that they lead to."""

import time

import pytest

from catalog.analyze import analyze_location
from catalog.ingestion.sources import Sources, default_sources
from common.app_config import AppConfig
from common.errors import InputError
from tests.fakes.git_server import GitServer
from tests.integration.events_world import Repository
from tests.unit.integrations.git_world import git, make_repository

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]


@pytest.fixture
def server(tmp_path):
    with GitServer(tmp_path / "srv", users={"s3cret": "alice"}) as running:
        yield running


@pytest.fixture
def analyze(settings, server):
    integration = {"host": server.host, "apiBaseUrl": f"{server.url}/api", "token": "s3cret"}
    settings.APP_CONFIG = AppConfig.from_dict(
        {"integrations": {"github": [integration]}, "catalog": {"rules": [{"allow": ["Component", "API"]}]}}
    )
    yield analyze_location
    default_sources().reader.close()


@pytest.fixture
def repository(server, tmp_path):
    return Repository(server, "shop/cart", tmp_path)


def generated(found):
    assert found["existingEntityFiles"] == []
    return found["generateEntities"]


@pytest.mark.parametrize(
    "url",
    [
        "git+file:///{local}//catalog-info.yaml",
        "git+file:///{local}//",
        "http://169.254.169.254/latest/meta-data.git//x",
        "http://127.0.0.1:1/shop/cart.git//x",
        "https://evil.example/shop/cart.git//x",
        "git+https://evil.example/shop/cart//x",
        "http://localhost:1/shop/cart",
    ],
)
def test_what_may_not_be_read_is_not_read(analyze, server, tmp_path, url, monkeypatch):
    make_repository(tmp_path / "local", {"catalog-info.yaml": "secret: true", "README.md": "# Secret"})
    monkeypatch.setattr(Sources, "read", lambda *_, **__: pytest.fail("it was read"))
    (item,) = generated(analyze(url.format(local=str(tmp_path / "local").removeprefix("/"))))
    assert item["fields"] == []
    assert "ecret" not in str(item["entity"]["metadata"].get("title", ""))
    assert server.requests == []


@pytest.mark.parametrize("path", ["tree/main/..%2f..%2fx", "blob/main/a%2f..%2f..%2f..%2fx"])
def test_a_url_that_climbs_is_refused(analyze, server, path):
    with pytest.raises(InputError, match="Cannot analyze"):
        analyze(f"{server.url}/shop/cart/{path}")


def test_a_user_name_in_the_url_gets_no_credentials(analyze, server):
    (item,) = generated(analyze(f"http://evil.example@{server.host}/shop/cart"))
    assert item["fields"] == []
    assert server.requests == []


def test_links_are_not_followed(analyze, repository):
    for name, target in (("README.md", "/etc/passwd"), ("CODEOWNERS", "../../secret"), ("openapi.yaml", "/etc/hosts")):
        (repository.folder / name).symlink_to(target)
    repository.write({"main.py": ""})
    (item,) = generated(analyze(repository.url))
    assert "title" not in item["entity"]["metadata"]
    assert item["entity"]["spec"]["owner"] == "shop"


def test_a_hostile_repository_takes_no_time_and_names_nothing_odd(analyze, repository):
    repository.write(
        {
            "README.md": "# " + "[" * 200_000 + "\n" + "<" * 200_000,
            "CODEOWNERS": "*" * 5_000 + " @shop/<script>\n* @shop/${{x}} javascript:alert(1)\n",
            "openapi.yaml": "openapi: 3\ninfo:\n  title: " + "x" * 100_000,
            "a.proto": "\n" * 500_000 + "service x",
            **{f"{'d/' * 40}{number}/openapi.yaml": "openapi: 3" for number in range(300)},
        }
    )
    begin = time.perf_counter()
    items = generated(analyze(repository.url))
    assert time.perf_counter() - begin < 10
    assert len(items) == 21
    assert items[0]["entity"]["spec"]["owner"] == "shop"
    assert all(len(str(row["value"])) <= 400 for item in items for row in item["fields"])


def test_a_bomb_of_aliases_is_a_broken_descriptor(analyze, repository):
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    repository.write({"catalog-info.yaml": "\n".join(lines)})
    begin = time.perf_counter()
    with pytest.raises(InputError):
        analyze(repository.url)
    assert time.perf_counter() - begin < 5


def test_hundreds_of_descriptors_are_not_all_read(analyze, repository):
    component = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: c-{0}}}\nspec: {{type: a, lifecycle: b, owner: c}}\n"
    repository.write({f"{number:03}/catalog-info.yaml": component.format(number) for number in range(100)})
    found = analyze(repository.url)
    assert len(found["existingEntityFiles"]) == 30


def test_a_private_repository_says_nothing_to_who_has_no_token(settings, server, repository):
    repository.write({"README.md": "# Secret"})
    integration = {"host": server.host, "apiBaseUrl": f"{server.url}/api", "token": "wrong"}
    settings.APP_CONFIG = AppConfig.from_dict({"integrations": {"github": [integration]}})
    (item,) = generated(analyze_location(repository.url))
    assert item["fields"] == []
    assert git(repository.folder, "log", "-1", "--format=%s") == "Change files."
