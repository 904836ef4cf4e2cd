"""A GitLab of our own with the group ``team``, and actions that run against it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from scaffolder.actions.gitlab import ACTIONS
from tests.fakes.gitlab import FakeGitlab
from tests.unit.scaffolder.action_world import NoWaiting, run_action

BY_ID = {action.id: action for action in ACTIONS}
OURS, ALICE, STRANGER = "glpat-of-the-integration", "alice-own-token", "expired-token"
FILES = {"README.md": "# Shop\n", "bin/run.sh": "#!/bin/sh\n", "logo.png": bytes(range(256))}


def make_gitlab() -> FakeGitlab:
    return FakeGitlab(Path(tempfile.mkdtemp(prefix="gitlab-")), users={ALICE: "alice", OURS: "bot"})


def config_of(gitlab, *, token=OURS, **scaffolder):
    entry = {"host": gitlab.host, "apiBaseUrl": f"{gitlab.url}/api/v4", "baseUrl": gitlab.url}
    return {
        "integrations": {"gitlab": [{**entry, **({"token": token} if token else {})}]},
        "scaffolder": {"defaultAuthor": {"name": "Ann", "email": "ann@example.com"}, **scaffolder},
    }


def run(gitlab, action_id, *, config=None, stop=None, files=None, checkpoints=None, is_dry_run=False, **given):
    given = {"repoUrl": f"{gitlab.host}?owner=team&repo=shop", **given}
    return run_action(
        BY_ID[action_id],
        {key: value for key, value in given.items() if value is not None},
        files=FILES if files is None else files,
        config=config or config_of(gitlab),
        stop=stop or NoWaiting(),
        checkpoints=checkpoints,
        is_dry_run=is_dry_run,
    )
