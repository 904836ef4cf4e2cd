"""Tasks in the admin: seen by operators, never their secrets, and never changed but by operations."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from scaffolder.models import Task
from tests.integration.task_world import new_task

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("op", password="x"))
    return client


def test_an_operator_sees_and_cancels_tasks_but_no_secrets(operator):
    task_id = new_task([{"action": "debug:log"}], secrets={"token": "very-s3cret-value"})
    page = operator.get(f"/admin/scaffolder/task/{task_id}/change/")
    assert page.status_code == 200
    assert b"debug:log" in page.content
    assert b"s3cret" not in page.content
    operator.post("/admin/scaffolder/task/", {"action": "cancel", "_selected_action": [task_id]})
    assert Task.objects.get().status == "cancelled"
    operator.post("/admin/scaffolder/task/", {"action": "retry", "_selected_action": [task_id]})
    assert Task.objects.get().status == "open"


def test_a_task_that_runs_is_not_retried(operator):
    task_id = new_task([{"action": "debug:log"}])
    answer = operator.post("/admin/scaffolder/task/", {"action": "retry", "_selected_action": [task_id]}, follow=True)
    assert b"cannot be retried" in answer.content
    assert operator.get("/admin/scaffolder/task/?q=" + task_id).status_code == 200
