"""``gitlab:repo:push``: files of the workspace as one commit on a branch of a project that is there."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.commit import Commit, commit_once
from scaffolder.actions.gitlab.commit_files import CommitPlan, commit_actions
from scaffolder.actions.gitlab.host import GitlabHost, gitlab_host
from scaffolder.actions.gitlab.project import path_of_project, repo_url_of
from scaffolder.actions.gitlab.schemas import COMMIT_ACTION, REPO_URL, TOKEN
from scaffolder.actions.scm.source import source_folder
from scaffolder.actions.scm_schema import choice, flag, schema, text


def push_to_gitlab(context: ActionContext) -> None:
    """Raises InputError, ConflictError, NotAllowedError or ServiceUnavailableError."""
    repo_url = repo_url_of(context)
    project, branch = path_of_project(repo_url), context.input["branchName"]
    with gitlab_host(context, repo_url.host) as host:
        has_branch = _ensure_branch(context, host, project, branch)
        commit = commit_once(
            context,
            host,
            Commit(project, branch, context.input["commitMessage"], _failing(context)),
            actions=lambda: commit_actions(host, _plan(context, project, branch if has_branch else None)),
            allow_empty=context.input.get("allowEmpty"),
        )
    if commit is None:
        context.log.warn(
            f"No file changes to commit to {project} on branch '{branch}'; skipping commit."
            " Set 'allowEmpty: true' to create an empty commit."
        )
    context.output("projectid", project)
    context.output("projectPath", project)
    if commit is not None:
        context.output("commitHash", commit)


def _plan(context: ActionContext, project: str, branch: str | None) -> CommitPlan:
    action = context.input.get("commitAction") or "auto"
    return CommitPlan(project, branch, source_folder(context), context.input.get("targetPath"), action)


def _ensure_branch(context: ActionContext, host: GitlabHost, project: str, branch: str) -> bool:
    """Whether the branch is there now. Not if the repository is empty: then the commit makes it."""
    failing = (
        f"The branch '{branch}' of {project} was not found and creation failed. Please make sure that the branch"
        " already exists, or that the token may create one"
    )
    path = ("projects", project, "repository", "branches")
    if host.find(*path, branch, failing=f"Failed to check status of branch '{branch}' of {project}") is not None:
        return True
    default = host.get("projects", project, failing=failing).get("default_branch")
    if not default:
        return False
    host.post(*path, failing=failing, body={"branch": branch, "ref": default})
    return True


def _failing(context: ActionContext) -> str:
    branch = context.input["branchName"]
    if context.input.get("commitAction") == "create":
        hint = "Please check that none of the files created by the template already exists"
    else:
        hint = "Please verify that all files you're trying to modify exist in the repository"
    return f"Committing the changes to {branch} failed. {hint}"


ACTION = Action(
    id="gitlab:repo:push",
    description="Commits files of the workspace to a branch of a GitLab project, which is made if it is not there",
    run=push_to_gitlab,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "branchName": text("The branch that gets the commit; made from the default branch if it is not there"),
            "commitMessage": text("What the commit says"),
            "sourcePath": text("The folder of the workspace whose files are committed; all of it if it is left out"),
            "targetPath": text("The folder of the repository that they come into; its top if it is left out"),
            "token": TOKEN,
            "commitAction": choice(COMMIT_ACTION, "create", "update", "delete", "auto"),
            "allowEmpty": flag("Make a commit even if no file changes"),
        },
        ["repoUrl", "branchName", "commitMessage"],
    ),
    output=schema(
        {
            "projectid": text("The project's full path"),
            "projectPath": text("The project's full path"),
            "commitHash": text("The commit's hash; left out if nothing changed and 'allowEmpty' is not set"),
        },
        ["projectid", "projectPath"],
    ),
    examples=(
        Example(
            "Put the generated files of a folder on a branch of a project",
            """
steps:
  - id: push
    name: Add the pipeline
    action: gitlab:repo:push
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      branchName: add-pipeline
      commitMessage: Add the pipeline
      sourcePath: generated
      targetPath: ci
""",
        ),
        Example(
            "Delete files from a branch",
            """
steps:
  - id: clean
    name: Remove what nobody needs
    action: gitlab:repo:push
    input:
      repoUrl: gitlab.com?project=team%2Fbackend%2Fshop
      branchName: main
      commitMessage: Remove the old pipeline
      sourcePath: removed
      commitAction: delete
""",
        ),
    ),
)
