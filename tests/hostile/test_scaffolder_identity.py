"""What a token may not do, a task that it started may not do either."""

from __future__ import annotations

import pytest

from catalog.models import Location
from common.identity import Identity, Restriction
from scaffolder.models import Task
from scaffolder.tasks.create import NewTask, create_task
from scaffolder.tasks.initiator import pack_identity, unpack_identity
from scaffolder.tasks.retry import retry_task
from tests.integration.task_world import make_spec, run_next

pytestmark = pytest.mark.django_db(transaction=True)

REGISTER = {"action": "catalog:register", "input": {"catalogInfoUrl": "https://example.com/catalog-info.yaml"}}
FETCH = {"action": "catalog:fetch", "input": {"entityRef": "component:default/x", "optional": True}}
READS_ONLY = {"scaffolder": Restriction(), "catalog": Restriction(actions=frozenset({"read"}))}


def service(restrictions):
    return Identity("service", "external:ci", restrictions=restrictions)


@pytest.mark.parametrize("restrictions", [READS_ONLY, {"scaffolder": Restriction()}])
def test_a_token_that_may_only_read_does_not_register_through_a_template(restrictions):
    create_task(NewTask(make_spec([REGISTER]), identity=service(restrictions)))
    done = run_next()
    assert (done.status, done.error["name"]) == ("failed", "NotAllowedError")
    assert not Location.objects.exists()


def test_a_token_that_may_not_read_the_catalog_does_not_fetch_through_a_template():
    create_task(NewTask(make_spec([FETCH]), identity=service({"scaffolder": Restriction()})))
    assert run_next().error["name"] == "NotAllowedError"
    create_task(NewTask(make_spec([FETCH]), identity=service(READS_ONLY)))
    assert run_next().status == "completed"


def test_a_retry_by_a_restricted_token_is_restricted():
    task_id = create_task(NewTask(make_spec([{"action": "nope:nope"}]))).id
    assert run_next().status == "failed"
    Task.objects.update(spec=Task.objects.get().spec.replace("nope:nope", "catalog:fetch"))
    retry_task(task_id, {}, identity=service({"scaffolder": Restriction()}))
    assert run_next().error["name"] == "NotAllowedError"


@pytest.mark.parametrize(
    "identity",
    [service(READS_ONLY), service({"scaffolder": Restriction(permissions=frozenset({"a", "b"}))}), service(None)],
)
def test_restrictions_come_back_as_they_were(identity):
    assert unpack_identity(pack_identity(identity)) == identity
    assert unpack_identity(pack_identity(identity)).restrictions == identity.restrictions
