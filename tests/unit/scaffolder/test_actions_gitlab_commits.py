"""Merge requests and pushes to GitLab, against one that answers over HTTP, with real git behind it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from common.errors import ConflictError, InputError
from scaffolder.workspace.workspace import Workspace
from tests.fakes.code_host import each_cut
from tests.unit.scaffolder.action_world import run_action
from tests.unit.scaffolder.gitlab_world import (
    BY_ID,
    FILES,
    config_of,
    make_gitlab,
    run,
)

pytestmark = pytest.mark.loopback


def run_world(files, *, is_executable):
    workspace = Workspace(Path(tempfile.mkdtemp(prefix="workspace-")))
    for path, text in files.items():
        workspace.write_text(path, text, is_executable=is_executable)
    return workspace


class TestMergeRequest:
    ID = "publish:gitlab:merge-request"

    def test_opens_one_with_new_and_changed_files_and_skips_the_rest(self, gitlab, shop):
        ran = run(
            gitlab,
            self.ID,
            title="Improve",
            description="Why not",
            branchName="improve",
            files={"README.md": "new", "keep.txt": "same", "bin/run.sh": "#!/bin/sh", "logo.png": bytes(range(256))},
            removeSourceBranch=True,
            labels=["a", "b"],
            assignee="alice",
            reviewers=["bot", "nobody"],
        )

        assert ran.outputs == {
            "projectid": "team/shop",
            "projectPath": "team/shop",
            "targetBranchName": "main",
            "mergeRequestUrl": f"{gitlab.url}/team/shop/-/merge_requests/1",
        }
        sent = next(r.json for r in gitlab.requests if r.method == "POST" and r.path.endswith("/commits"))
        assert [(action["action"], action["file_path"]) for action in sent["actions"]] == [
            ("update", "README.md"),
            ("create", "logo.png"),
            ("create", "bin/run.sh"),
        ]
        assert gitlab.read("team/shop", "improve:logo.png") == FILES["logo.png"]
        assert gitlab.files("team/shop", "improve")["README.md"] == "100644 new"
        request = shop["merge_requests"][0]
        assert {key: request[key] for key in ("title", "description", "labels", "assignee_id", "reviewer_ids")} == {
            "title": "Improve",
            "description": "Why not",
            "labels": "a,b",
            "assignee_id": 1,
            "reviewer_ids": [2],
        }
        assert (request["source_branch"], request["target_branch"]) == ("improve", "main")
        assert "gitlab user id for nobody" in ran.log.text

    def test_keeps_and_changes_the_executable_flag(self, gitlab, shop):
        def open_one(branch, *, is_executable):
            workspace = run_world({"bin/new.sh": "echo", "keep.txt": "same"}, is_executable=is_executable)
            return run_action(
                BY_ID[self.ID],
                {"repoUrl": f"{gitlab.host}?owner=team&repo=shop", "title": "Flags", "branchName": branch},
                config=config_of(gitlab),
                workspace=workspace,
            )

        open_one("flags", is_executable=True)

        assert gitlab.files("team/shop", "flags")["bin/new.sh"] == "100755 echo"
        assert gitlab.files("team/shop", "flags")["keep.txt"] == "100755 same"

    def test_puts_files_into_a_folder_of_the_repository(self, gitlab, shop):
        files = {"out/build.yml": "steps", "out/test.yml": "tests", "other": "x"}

        run(gitlab, self.ID, title="CI", branchName="ci", sourcePath="out", targetPath="ci", files=files)

        assert gitlab.git("team/shop", "diff", "--name-status", "main", "ci").split() == ["A", "ci/test.yml"]

    def test_a_folder_of_the_repository_may_be_new(self, gitlab, shop):
        run(gitlab, self.ID, title="Docs", branchName="docs", sourcePath=".", targetPath="docs", files={"a.md": "a"})

        assert gitlab.files("team/shop", "docs")["docs/a.md"] == "100644 a"

    def test_a_target_path_alone_is_the_source_as_well(self, gitlab, shop):
        files = {"ci/build.yml": "other steps", "README.md": "not this"}

        run(gitlab, self.ID, title="CI", branchName="ci", targetPath="ci", files=files)

        assert gitlab.git("team/shop", "diff", "--name-status", "main", "ci").split() == ["M", "ci/build.yml"]

    def test_deletes_files(self, gitlab, shop):
        run(gitlab, self.ID, title="Less", branchName="less", commitAction="delete", files={"keep.txt": "any"})

        assert sorted(gitlab.files("team/shop", "less")) == ["README.md", "ci/build.yml"]

    def test_a_file_to_create_that_is_there_is_told(self, gitlab, shop):
        with pytest.raises(
            ConflictError, match=r"Please check that none of the files .* A file with this name already"
        ):
            run(gitlab, self.ID, title="x", branchName="x", commitAction="create", files={"keep.txt": "any"})

    def test_lists_all_pages_of_a_large_repository(self, gitlab):
        files = {f"file{number}": str(number) for number in range(25)}
        gitlab.add_project("team/shop", files)
        gitlab.page = 10

        ran = run(gitlab, self.ID, title="x", branchName="x", files={**files, "file24": "new"})

        assert gitlab.git("team/shop", "diff", "--name-status", "main", "x").split() == ["M", "file24"]
        assert ran.outputs["mergeRequestUrl"]
        assert sum("/tree" in call for call in gitlab.calls) == 3

    def test_skips_the_commit_and_takes_the_branch_as_it_is(self, gitlab, shop):
        gitlab.commit("team/shop", "ready", {"README.md": "ready"})

        ran = run(gitlab, self.ID, title="Ready", branchName="ready", commitAction="skip")

        assert "Using existing branch ready without modification." in ran.log.text
        assert gitlab.files("team/shop", "ready") == {"README.md": "100644 ready"}
        assert len(shop["merge_requests"]) == 1

    def test_does_not_take_a_branch_that_is_there(self, gitlab, shop):
        gitlab.commit("team/shop", "taken", {"a": "b"})
        shop["merge_requests"].append({"iid": 9, "source_branch": "taken", "web_url": "https://mr/9"})

        with pytest.raises(InputError) as refused:
            run(gitlab, self.ID, title="x", branchName="taken")

        assert refused.value.message == (
            "The branch creation failed because the branch already exists at: "
            f"{gitlab.url}/team/shop/-/tree/taken. Additionally, there is a Merge Request for this branch: https://mr/9"
        )

    def test_asks_those_whom_the_approval_rules_name(self, gitlab, shop):
        run(gitlab, self.ID, title="x", branchName="x", reviewers=["alice"], assignReviewersFromApprovalRules=True)

        assert shop["merge_requests"][0]["reviewer_ids"] == [7, 8, 1]

    def test_merges_by_itself_if_asked_to(self, gitlab, shop):
        run(gitlab, self.ID, title="x", branchName="x", autoMerge=True)

        assert shop["merge_requests"][0]["merge_when_pipeline_succeeds"] is True

    def test_is_opened_once_whichever_call_is_cut_off(self):
        def make():
            gitlab = make_gitlab()
            gitlab.add_project("team/shop", {"README.md": "old"})
            return gitlab

        def publish(gitlab, checkpoints):
            return run(
                gitlab, self.ID, title="Improve", branchName="improve", autoMerge=True, checkpoints=checkpoints
            ).outputs

        tried = 0
        for gitlab, outputs in each_cut(make, publish):
            tried += 1
            project = gitlab.project("team/shop")
            assert outputs["mergeRequestUrl"] == f"{gitlab.url}/team/shop/-/merge_requests/1"
            assert len(project["merge_requests"]) == 1
            assert gitlab.git("team/shop", "rev-list", "--count", "improve") == "2"
            assert project["merge_requests"][0]["merge_when_pipeline_succeeds"] is True
        assert tried > 9


class TestRepoPush:
    ID = "gitlab:repo:push"

    def push(self, gitlab, **given):
        return run(gitlab, self.ID, **{"branchName": "main", "commitMessage": "Push", **given})

    def test_commits_what_changed(self, gitlab, shop):
        ran = self.push(gitlab, files={"README.md": "new", "keep.txt": "same"})

        assert ran.outputs == {
            "projectid": "team/shop",
            "projectPath": "team/shop",
            "commitHash": gitlab.git("team/shop", "rev-parse", "main"),
        }
        assert gitlab.git("team/shop", "show", "--format=%s", "--name-only").split() == ["Push", "README.md"]

    def test_says_so_if_nothing_changed(self, gitlab, shop):
        ran = self.push(gitlab, files={"keep.txt": "same"})

        assert ran.outputs == {"projectid": "team/shop", "projectPath": "team/shop"}
        assert "No file changes to commit to team/shop on branch 'main'; skipping commit" in ran.log.text

    def test_makes_an_empty_commit_if_asked_to(self, gitlab, shop):
        ran = self.push(gitlab, files={"keep.txt": "same"}, allowEmpty=True)

        assert ran.outputs["commitHash"] == gitlab.git("team/shop", "rev-parse", "main")
        assert gitlab.git("team/shop", "rev-list", "--count", "main") == "2"

    def test_makes_the_branch_from_the_default_branch(self, gitlab, shop):
        self.push(gitlab, branchName="new/branch", files={"README.md": "new", "keep.txt": "same"})

        assert gitlab.git("team/shop", "diff", "--name-status", "main", "new/branch").split() == ["M", "README.md"]

    def test_makes_the_first_commit_of_an_empty_repository(self, gitlab):
        gitlab.add_project("team/shop")

        self.push(gitlab, files={"a": "b"})

        assert gitlab.files("team/shop", "main") == {"a": "100644 b"}

    def test_is_committed_once_whichever_call_is_cut_off(self):
        def make():
            gitlab = make_gitlab()
            gitlab.add_project("team/shop", {"README.md": "old"})
            return gitlab

        def push(gitlab, checkpoints):
            return self.push(gitlab, branchName="new", checkpoints=checkpoints).outputs

        for gitlab, outputs in each_cut(make, push):
            assert outputs["commitHash"] == gitlab.git("team/shop", "rev-parse", "new")
            assert gitlab.git("team/shop", "rev-list", "--count", "new") == "2"

    def test_recognises_its_commit_below_one_of_somebody_else(self, gitlab, shop):
        checkpoints = {}
        first = self.push(gitlab, checkpoints=checkpoints).outputs["commitHash"]
        del checkpoints["made:commit:team/shop:main"]
        gitlab.commit("team/shop", "main", {"theirs": "x"}, "Theirs")

        again = self.push(gitlab, checkpoints=checkpoints)

        assert again.outputs["commitHash"] == first
        assert gitlab.git("team/shop", "rev-list", "--count", "main") == "3"
