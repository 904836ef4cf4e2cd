"""Providers by the API, on the command line and on the pages."""

import argparse
import json

import pytest

from catalog.commands import add_catalog_commands
from catalog.ingestion.run import process_due
from catalog.ingestion.sources import default_sources
from catalog.models import FinalEntity, ProviderRun
from catalog.providers.registry import providers
from catalog.providers.run import run_due_providers, run_provider_named
from catalog.start import start_catalog
from common.app_config import AppConfig
from tests.fakes.wire.github import WireGithub

pytestmark = [pytest.mark.django_db, pytest.mark.loopback]

NAME = "github-provider:default"
OPEN = {"dangerouslyDisableDefaultAuthPolicy": True}
READER = {
    "externalAccess": [
        {"type": "static", "options": {"token": "reader-token", "subject": "reader"}, "accessRestrictions": [
            {"plugin": "catalog", "permission": "catalog.ingestion.read"}]},
    ]
}  # fmt: skip


class World:
    def __init__(self, settings, client, fake, *, auth=OPEN):
        self.client, self.fake = client, fake
        settings.APP_CONFIG = AppConfig.from_dict(
            {
                "backend": {"auth": auth},
                "integrations": {"github": [{"host": fake.host, "token": "token", "apiBaseUrl": f"{fake.url}/api/v3"}]},
                "catalog": {"providers": {"github": {"host": fake.host, "organization": "acme"}}},
            }
        )
        start_catalog(default_sources().catalog, is_alone=True)

    def run(self):
        run_provider_named(NAME)
        process_due()

    def empty(self):
        self.fake.organization("acme")
        for repository in self.fake.repositories.all():
            self.fake.repositories.remove(repository.full_name)

    def provider(self):
        (item,) = self.client.get("/api/catalog/providers").json()["items"]
        return item

    def post(self, action, name=NAME, **headers):
        return self.client.post(f"/api/catalog/providers/{name}/{action}", headers=headers)


@pytest.fixture
def github():
    with WireGithub() as fake:
        fake.repositories.generate("acme", 12)
        yield fake


@pytest.fixture
def world(settings, client, github):
    return World(settings, client, github)


@pytest.fixture
def held(world):
    world.run()
    world.empty()
    world.run()
    return world


@pytest.fixture
def command(capsys):
    parser = argparse.ArgumentParser()
    add_catalog_commands(parser.add_subparsers())

    def run_command(*words):
        arguments = parser.parse_args(["catalog", *words])
        status = arguments.run(arguments)
        return status, capsys.readouterr().out

    return run_command


def components():
    return FinalEntity.objects.filter(entity_ref__startswith="component:").count()


def test_the_start_makes_it_due_and_a_job_runs_it(world):
    assert [provider.name for provider in providers()] == [NAME]
    assert world.provider()["status"] == "waiting"
    assert [report.status for report in run_due_providers()] == ["ok"]
    assert components() == 0
    process_due()
    assert components() == 12


def test_the_api_says_how_it_is_doing(world):
    world.run()
    found = world.provider()
    times = [found.pop(key) for key in ("startedAt", "endedAt", "succeededAt", "nextRunAt", "seconds")]
    assert all(times)
    assert found == {
        "name": NAME,
        "kind": "github",
        "status": "ok",
        "message": "",
        "warnings": [],
        "running": None,
        "entities": 12,
        "added": 12,
        "updated": 0,
        "removed": 0,
        "held": None,
    }


def test_a_held_removal_is_shown_and_accepted_by_the_api(held):
    found = held.provider()
    assert found["status"] == "held"
    assert (found["held"]["removals"], found["held"]["entities"], found["held"]["accepted"]) == (12, 12, False)

    answer = held.post("accept")
    assert (answer.status_code, answer.json()) == (202, {"removals": 12})
    assert held.provider()["held"]["accepted"] is True
    assert [report.status for report in run_due_providers()] == ["ok"]
    process_due()
    assert components() == 0
    assert held.post("accept").status_code == 409


def test_a_run_is_asked_for_by_the_api(world):
    world.run()
    assert run_due_providers() == []
    assert world.post("run").status_code == 202
    assert [report.status for report in run_due_providers()] == ["ok"]


@pytest.mark.parametrize("action", ["accept", "run"])
def test_an_unknown_provider_is_told_with_those_that_there_are(world, action):
    answer = world.post(action, name="github-provider:nope")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == f"There is no provider 'github-provider:nope'; there are: {NAME}"


def test_reading_is_one_permission_and_managing_another(settings, client, github):
    world = World(settings, client, github, auth=READER)
    token = {"Authorization": "Bearer reader-token"}
    assert client.get("/api/catalog/providers").status_code == 401
    assert client.get("/api/catalog/providers", headers=token).status_code == 200
    assert world.post("run", **token).status_code == 403
    assert world.post("accept", **token).status_code == 403


def test_pages_show_what_is_held_and_why(held):
    for page in ("/providers", "/errors"):
        text = held.client.get(page).content.decode()
        assert NAME in text
        assert "12 of 12 entities would be removed" in text
        assert "callboard catalog accept" in text


def test_a_provider_that_is_well_is_no_error(world, client):
    world.run()
    assert NAME not in client.get("/errors").content.decode()
    assert "Well. 12 entities" in client.get("/providers").content.decode()


def test_pages_escape_what_hosts_say(world, client):
    world.run()
    ProviderRun.objects.update(status="failed", message="<script>alert(1)</script>", warnings='["<img src=x>"]')
    for page in ("/providers", "/errors"):
        text = client.get(page).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x>" not in text


def test_commands_list_and_accept(held, command):
    status, output = command("providers")
    assert status == 0
    assert f"{NAME}" in output
    assert "held" in output
    assert "12 of 12 entities would be removed" in output
    assert json.loads(command("providers", "--json")[1])[0]["held"]["removals"] == 12

    assert command("accept", NAME) == (0, f"12 entities of {NAME} go at its next run, which is due now\n")


def test_diff_says_what_the_next_run_would_change_and_changes_nothing(world, github, command):
    world.run()
    assert command("diff", NAME) == (0, "0 added, 0 updated, 0 removed, 12 unchanged\n")

    github.repositories.add("acme", "new")
    github.repositories.remove("acme/repo-00001")
    github.repositories["acme/repo-00002"].push({"catalog-info.yaml": "kind: [\n"})
    github.repositories["acme/repo-00003"].push({"README.md": "changed"})
    before = list(ProviderRun.objects.values())
    status, output = command("diff", NAME)
    assert status == 1
    url = f"{github.url}/acme/{{}}/blob/main/catalog-info.yaml".format
    assert output.splitlines() == [
        f"+ {url('new')}",
        f"~ {url('repo-00002')}",
        f"- {url('repo-00001')}",
        "1 added, 1 updated, 1 removed, 10 unchanged",
    ]
    assert json.loads(command("diff", NAME, "--json")[1])["removed"][0]["target"] == url("repo-00001")
    assert list(ProviderRun.objects.values()) == before
    assert components() == 12


def test_diff_says_that_a_removal_would_be_held(world, command):
    world.run()
    world.empty()
    status, output = command("diff", NAME)
    assert status == 1
    assert output.splitlines()[-1] == "The removals would be held until a person accepts them"


def test_what_hosts_say_cannot_rewrite_the_terminal(world, command):
    world.run()
    ProviderRun.objects.update(status="failed", message="bad \x1b[2J end")
    assert "\x1b" not in command("providers")[1]


def test_a_run_under_way_shows_how_far_it_is(world):
    ProviderRun.objects.update(claimed_until="2999-01-01T00:00:00Z", done=3, total=12)
    assert world.provider()["running"] == {"done": 3, "total": 12}
    assert "Running, 3 of 12 read" in world.client.get("/providers").content.decode()
