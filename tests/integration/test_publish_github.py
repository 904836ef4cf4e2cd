"""Tasks that publish to GitHub: through the runner, with what it keeps in the database, killed on the way."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
import requests
from django.utils import timezone

from common.app_config import AppConfig
from scaffolder.models import Task, TaskCheckpoint
from tests.integration.queries_world import make_entity, write
from tests.integration.task_world import new_task, run_next, run_template, with_actions
from tests.unit.scaffolder.github_world import ALICE, OWN, make_github

pytestmark = [pytest.mark.loopback, pytest.mark.django_db(transaction=True)]
SECRETS = {"USER_OAUTH_TOKEN": ALICE, "deployToken": "very-s3cret-value"}
FILES = {f"src/module_{number % 10}/file_{number}.py": f"x = {number}\n" for number in range(200)}


@pytest.fixture
def github(tmp_path, settings):
    with make_github(tmp_path / "github") as server:
        integration = {**server.config, "token": OWN}
        settings.APP_CONFIG = AppConfig.from_dict({"integrations": {"github": [integration]}})
        yield server


def skeleton(context):
    for path, text in FILES.items():
        context.workspace.write_text(path, text)
    context.workspace.write_text("run.sh", "#!/bin/sh\n", is_executable=True)


def steps_for(github):
    publish = {
        "repoUrl": f"{github.host}?owner=acme&repo=${{{{ parameters.name }}}}",
        "description": "${{ parameters.name }} of the team",
        "collaborators": [{"access": "push", "user": "user:default/bob"}],
        "secrets": {"DEPLOY": "${{ secrets.deployToken }}"},
        "repoVariables": {"REGION": "eu"},
        "token": "${{ secrets.USER_OAUTH_TOKEN }}",
    }
    return [{"action": "test:skeleton"}, {"id": "publish", "action": "publish:github", "input": publish}]


OUTPUT = {"remoteUrl": "${{ steps.publish.output.remoteUrl }}", "commit": "${{ steps.publish.output.commitHash }}"}


def test_a_template_of_200_files_is_published(github):
    with with_actions(test_skeleton=skeleton):
        done = run_template(steps_for(github), values={"name": "cart"}, output=OUTPUT, secrets=SECRETS)

    assert done.status == "completed", done.error
    cart = github.repositories["acme/cart"]
    assert done.output == {"remoteUrl": f"{github.url}/acme/cart.git", "commit": cart.rev("main")}
    assert cart.files("main") == {
        **{path: ("100644", text.encode()) for path, text in FILES.items()},
        "run.sh": ("100755", b"#!/bin/sh\n"),
    }
    assert (cart.settings["description"], cart.secrets) == ("cart of the team", {"DEPLOY": "very-s3cret-value"})
    assert cart.collaborators == {"bob": "push"}


def test_no_token_or_secret_is_kept_or_shown(github):
    with with_actions(test_skeleton=skeleton):
        done = run_template(steps_for(github), values={"name": "cart"}, output=OUTPUT, secrets=SECRETS)

    kept = orjson.dumps(list(TaskCheckpoint.objects.values_list("key", "value"))).decode()
    for secret in (ALICE, OWN, "s3cret"):
        assert secret not in done.text + kept


@pytest.mark.parametrize("number", [1, 2, 3, 5, 7, 8])
def test_a_killed_worker_leaves_one_repository(github, monkeypatch, number):
    send, count = requests.Session.send, 0

    def counted(self, request, **options):
        nonlocal count
        count += 1
        response = send(self, request, **options)
        if count == number:
            raise SystemExit  # as good as a kill: nobody tells the database
        return response

    monkeypatch.setattr(requests.Session, "send", counted)
    with with_actions(test_skeleton=skeleton):
        new_task(steps_for(github), values={"name": "cart"}, output=OUTPUT, secrets=SECRETS)
        with pytest.raises(SystemExit):
            run_next()
        Task.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
        done = run_next()

    assert done.status == "completed", done.error
    assert done.task.attempts == 2
    cart = github.repositories["acme/cart"]
    assert github.made("POST", "/orgs/acme/repos") == 1
    assert done.output["commit"] == cart.rev("main")
    assert cart.commits("main") == 1
    assert set(cart.protection) == {"main"}


def test_a_repository_that_is_there_fails_the_task_with_what_to_do(github):
    github.seed("acme/cart", {"README.md": b"theirs"})

    with with_actions(test_skeleton=skeleton):
        done = run_template(steps_for(github), values={"name": "cart"}, output=OUTPUT, secrets=SECRETS)

    assert done.status == "failed"
    assert done.error["name"] == "ConflictError"
    assert "it exists already; choose another name" in done.error["message"]
    assert github.repositories["acme/cart"].commits("main") == 1


def test_reviewers_of_an_environment_are_found_in_the_catalog(github):
    github.create("acme/cart")
    write(make_entity("alice", kind="User"), make_entity("checkout", kind="Group"), make_entity("ghost", kind="User"))
    reviewers = ["user:default/alice", "group:checkout", "user:ghost", "user:default/bob", "component:default/x"]
    create = {
        "repoUrl": f"{github.host}?owner=acme&repo=cart",
        "name": "production",
        "reviewers": [*reviewers, "group:default/unknown"],
    }

    done = run_template([{"action": "github:environment:create", "input": create}])

    assert done.status == "completed", done.error
    assert github.repositories["acme/cart"].environments["production"]["settings"] == {
        "reviewers": [{"type": "User", "id": 1}, {"type": "Team", "id": 7}]
    }
    for left_out in ("user:default/ghost", "user:default/bob", "component:default/x", "group:default/unknown"):
        assert f"The reviewer {left_out} is left out" in done.text
