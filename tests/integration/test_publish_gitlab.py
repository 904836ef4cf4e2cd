"""A template that fetches a skeleton from GitLab, publishes it there and registers it, through the runner."""

from __future__ import annotations

import orjson
import pytest

from catalog.entity_ref import EntityRef
from catalog.ingestion.run import process_due
from catalog.models import Location
from catalog.queries.refs import get_by_ref
from common.app_config import AppConfig
from scaffolder.models import TaskCheckpoint
from tests.fakes.gitlab import FakeGitlab
from tests.integration.task_world import run_template

pytestmark = [pytest.mark.loopback, pytest.mark.django_db(transaction=True)]

OURS, ALICE = "glpat-of-the-integration", "alice-own-token"
DESCRIPTOR = """apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${{ values.name }}
spec:
  type: service
  lifecycle: production
  owner: ${{ values.owner }}
"""
SKELETON = {
    "skeleton/catalog-info.yaml": DESCRIPTOR,
    **{
        f"skeleton/src/${{{{ values.name }}}}/module_{number}/file_{number}.py": f"NAME = '${{{{ values.name }}}}'\nx = {number}"
        for number in range(199)
    },
}
STEPS = [
    {
        "action": "fetch:template",
        "input": {"url": "./skeleton", "values": {"name": "${{ parameters.name }}", "owner": "team"}},
    },
    {
        "id": "publish",
        "action": "publish:gitlab",
        "input": {
            "repoUrl": "${{ parameters.repoUrl }}",
            "defaultBranch": "main",
            "token": "${{ secrets.USER_OAUTH_TOKEN }}",
            "projectVariables": [{"key": "STAGE", "value": "test"}],
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
OUTPUT = {
    "project": "${{ steps.publish.output.projectId }}",
    "remoteUrl": "${{ steps.publish.output.remoteUrl }}",
    "commit": "${{ steps.publish.output.commitHash }}",
    "entityRef": "${{ steps.register.output.entityRef }}",
}


@pytest.fixture
def gitlab(tmp_path, settings):
    with FakeGitlab(tmp_path / "gitlab", users={ALICE: "alice", OURS: "bot"}) as server:
        entry = {
            "host": server.host,
            "apiBaseUrl": f"{server.url}/api/v4",
            "baseUrl": server.url,
            "token": OURS,
        }
        settings.APP_CONFIG = AppConfig.from_dict({"integrations": {"gitlab": [entry]}})
        server.add_project("team/templates", SKELETON)
        yield server


def run(gitlab, **more):
    return run_template(
        STEPS,
        values={"name": "cart", "repoUrl": f"{gitlab.host}?owner=team&repo=cart"},
        output=OUTPUT,
        base_url=f"{gitlab.url}/team/templates/-/blob/main/template.yaml",
        secrets={"USER_OAUTH_TOKEN": ALICE},
        **more,
    )


def test_a_skeleton_of_200_files_becomes_a_project_in_the_catalog(gitlab):
    done = run(gitlab)

    assert done.status == "completed", done.error
    assert done.output == {
        "project": gitlab.project("team/cart")["id"],
        "remoteUrl": f"{gitlab.url}/team/cart",
        "commit": gitlab.git("team/cart", "rev-parse", "main"),
        "entityRef": "component:default/cart",
    }
    files = gitlab.git("team/cart", "ls-tree", "-r", "--name-only", "main").split("\n")
    assert files == sorted(path.removeprefix("skeleton/").replace("${{ values.name }}", "cart") for path in SKELETON)
    assert gitlab.read("team/cart", "main:src/cart/module_7/file_7.py") == b"NAME = 'cart'\nx = 7"
    assert gitlab.git("team/cart", "log", "--all", "--format=%an <%ae>|%s|%D") == (
        "Scaffolder <scaffolder@backstage.io>|initial commit|HEAD -> main"
    )
    target = f"{gitlab.url}/team/cart/-/blob/main/catalog-info.yaml"
    assert list(Location.objects.values_list("type", "target")) == [("url", target)]

    while not process_due().is_done:
        pass
    cart = orjson.loads(get_by_ref(EntityRef.parse("component:default/cart")))
    assert (cart["spec"]["owner"], cart["metadata"]["annotations"]["backstage.io/managed-by-location"]) == (
        "team",
        f"url:{target}",
    )


def test_no_token_is_kept_or_shown(gitlab):
    done = run(gitlab)

    assert done.status == "completed", done.error
    kept = str(list(TaskCheckpoint.objects.values_list("key", "value")))
    for token in (ALICE, OURS):
        assert token not in done.text + kept


def test_a_project_that_is_there_fails_the_task_with_what_to_do(gitlab):
    gitlab.add_project("team/cart", {"README.md": "theirs"})

    done = run(gitlab)

    assert done.status == "failed"
    assert done.error["name"] == "ConflictError"
    assert "choose another name" in done.error["message"]
    assert gitlab.files("team/cart", "main") == {"README.md": "100644 theirs"}
    assert not Location.objects.exists()
