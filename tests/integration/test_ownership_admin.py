"""The operators' table of CODEOWNERS."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from ownership.models import CodeOwnersFile
from tests.integration.ownership_world import OwnershipWorld

pytestmark = pytest.mark.django_db

LIST = "admin:ownership_codeownersfile_changelist"


@pytest.fixture
def operator(settings, client):
    OwnershipWorld(settings, client)
    client.force_login(User.objects.create_superuser("olga"))
    return client


def make_file(repository="github.com/acme/shop", **values):
    return CodeOwnersFile.objects.create(repository=repository, dialect="github", **values)


def test_shows_what_was_read_and_what_could_not_be(operator):
    row = make_file(data=b"* @acme/<b>\n", message="the host is down")

    page = operator.get(reverse("admin:ownership_codeownersfile_change", args=[row.pk])).content.decode()

    assert "the host is down" in operator.get(reverse(LIST)).content.decode()
    assert "* @acme/&lt;b&gt;" in page
    assert operator.get(reverse("admin:ownership_codeownersfile_add")).status_code == 403


def test_has_repositories_read_again(operator):
    later = timezone.now() + timedelta(hours=1)
    mine = make_file(base_url="https://github.com/acme/shop/blob/main/x.yaml", due_at=later)
    captured = make_file("github.com/acme/captured", is_captured=True)

    data = {"action": "read_again", "_selected_action": [mine.pk, captured.pk]}
    answer = operator.post(reverse(LIST), data, follow=True)

    assert [str(message) for message in answer.context["messages"]] == [
        "1 will be read within a minute; providers read the others"
    ]
    assert CodeOwnersFile.objects.get(pk=mine.pk).due_at <= timezone.now()
    assert CodeOwnersFile.objects.get(pk=captured.pk).due_at is None
