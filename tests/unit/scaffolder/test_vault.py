"""Secrets of tasks at rest."""

import pytest

from common.errors import CallboardError
from scaffolder.vault import seal, unseal

SECRETS = {"token": "hunter2", "nested": {"ö": ["\n", None]}}
MESSAGE = (
    "The secrets of task 't1' cannot be opened: callboard.secretKey has changed since they were stored."
    " Start the task again, with its secrets"
)


@pytest.mark.parametrize("secrets", [SECRETS, {}])
def test_gives_back_what_was_sealed(secrets):
    assert unseal(seal(secrets, task_id="t1"), task_id="t1") == secrets


def test_shows_nothing_and_never_the_same_twice():
    first, second = seal(SECRETS, task_id="t1"), seal(SECRETS, task_id="t1")

    assert first.startswith("v1.")
    assert first != second
    assert "hunter2" not in first


def test_does_not_open_with_another_key(settings):
    sealed = seal(SECRETS, task_id="t1")
    settings.SECRET_KEY = "another one, as everybody can read it"

    with pytest.raises(CallboardError) as error:
        unseal(sealed, task_id="t1")
    assert str(error.value) == MESSAGE


def test_does_not_open_for_another_task():
    with pytest.raises(CallboardError):
        unseal(seal(SECRETS, task_id="t2"), task_id="t1")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda sealed: "", id="empty"),
        pytest.param(lambda sealed: "v1.", id="nothing but the version"),
        pytest.param(lambda sealed: "v2." + sealed[3:], id="another version"),
        pytest.param(lambda sealed: sealed[:-8] + "AAAAAAA=", id="another end"),
        pytest.param(lambda sealed: sealed[:20], id="cut"),
        pytest.param(lambda sealed: sealed + "ö", id="not ASCII"),
    ],
)
def test_does_not_open_when_it_was_changed(change):
    with pytest.raises(CallboardError) as error:
        unseal(change(seal(SECRETS, task_id="t1")), task_id="t1")
    assert str(error.value) == MESSAGE
