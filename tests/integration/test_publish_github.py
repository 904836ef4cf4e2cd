"""Tasks that publish to GitHub: through the runner, with what it keeps in the database, killed on the way."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest
import requests
from django.utils import timezone

from catalog.entity_ref import EntityRef
from catalog.ingestion.run import process_due
from catalog.queries.refs import get_by_ref
from common.app_config import AppConfig
from scaffolder.models import Task, TaskCheckpoint
from tests.fakes.git_server import run_git
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


DESCRIPTOR = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${{ values.name }}
spec:
  type: service
  lifecycle: production
  owner: ${{ values.owner }}
"""
TEMPLATE_FILES = {
    "skeleton/catalog-info.yaml": DESCRIPTOR.encode(),
    **{
        f"skeleton/src/${{{{ values.name }}}}/file_{number}.py": b"NAME = '${{ values.name }}'\nx = %d\n" % number
        for number in range(199)
    },
}
FROM_SKELETON_TO_CATALOG = [
    {
        "action": "fetch:template",
        "input": {"url": "./skeleton", "values": {"name": "${{ parameters.name }}", "owner": "checkout"}},
    },
    {
        "id": "publish",
        "action": "publish:github",
        "input": {
            "repoUrl": "${{ parameters.repoUrl }}",
            "defaultBranch": "trunk",
            "gitAuthorName": "Paula",
            "gitAuthorEmail": "paula@acme.example",
            "gitCommitMessage": "Begin ${{ parameters.name }}",
            "token": "${{ secrets.USER_OAUTH_TOKEN }}",
        },
    },
    {
        "id": "register",
        "action": "catalog:register",
        "input": {
            "repoContentsUrl": "${{ steps.publish.output.repoContentsUrl }}",
            "catalogInfoPath": "/catalog-info.yaml",
        },
    },
]


def test_a_skeleton_of_200_files_becomes_a_repository_and_a_component_of_the_catalog(github, tmp_path):
    github.seed("acme/templates", TEMPLATE_FILES)

    done = run_template(
        FROM_SKELETON_TO_CATALOG,
        values={"name": "cart", "repoUrl": f"{github.host}?owner=acme&repo=cart"},
        output={"entityRef": "${{ steps.register.output.entityRef }}"},
        base_url=f"{github.url}/acme/templates/blob/main/template.yaml",
        secrets=SECRETS,
    )
    assert done.status == "completed", done.error
    assert done.output == {"entityRef": "component:default/cart"}

    assert clone(github, "acme/cart", tmp_path / "clone") == {
        path.removeprefix("skeleton/").replace("${{ values.name }}", "cart"): content.replace(
            b"${{ values.name }}", b"cart"
        ).replace(b"${{ values.owner }}", b"checkout")
        for path, content in TEMPLATE_FILES.items()
    }
    told = run_git("-C", str(tmp_path / "clone"), "log", "--all", "--format=%an <%ae>|%s|%D")
    assert told.strip() == "Paula <paula@acme.example>|Begin cart|HEAD -> trunk, origin/trunk"

    while not process_due().is_done:
        pass
    cart = orjson.loads(get_by_ref(EntityRef.parse("component:default/cart")))
    assert cart["spec"]["owner"] == "checkout"
    location = f"url:{github.url}/acme/cart/tree/trunk/catalog-info.yaml"
    assert cart["metadata"]["annotations"]["backstage.io/managed-by-location"] == location


def clone(github, name, folder):
    """The files of a repository as anybody gets them who clones it."""
    address = f"{github.url}/{name}.git".replace("://", f"://x-access-token:{ALICE}@")
    run_git("clone", "--quiet", "--branch", "trunk", address, str(folder))
    paths = run_git("-C", str(folder), "ls-files", "-z").strip("\0").split("\0")
    return {path: (folder / path).read_bytes() for path in paths}


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
