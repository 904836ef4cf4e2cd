"""``publish:github:pull-request``: the workspace as a change that others can review."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from common.errors import ConflictError, InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.api import path_of
from scaffolder.actions.github.errors import API_ERRORS
from scaffolder.actions.github.files import write_tree
from scaffolder.actions.github.fork import home_of
from scaffolder.actions.github.properties import REPO_URL, TOKEN, flag, number, schema, text, texts
from scaffolder.actions.github.repository import GithubRepository, check_repository, open_repository
from scaffolder.actions.scm.once import step_time

Json = Any
DRY_RUN_NUMBER = 43
MAX_ASSIGNEES = 10

EXAMPLES = (
    Example(
        "Open a pull request with the workspace's files",
        """steps:
  - id: pullRequest
    name: Open a pull request
    action: publish:github:pull-request
    input:
      repoUrl: github.com?owner=acme&repo=cart
      branchName: add-metrics
      title: Add metrics
      description: The cart tells how many things are in it.
""",
    ),
    Example(
        "Change one folder, delete a file and ask for a review",
        """steps:
  - id: pullRequest
    name: Open a pull request
    action: publish:github:pull-request
    input:
      repoUrl: github.com?owner=acme&repo=cart
      branchName: move-pipeline
      targetBranchName: develop
      title: Move the pipeline
      description: To workflows.
      sourcePath: ./pipeline
      targetPath: .github/workflows
      filesToDelete: [test.old.yaml]
      draft: true
      reviewers: [alice]
      teamReviewers: [checkout]
      assignees: [bob]
""",
    ),
    Example(
        "Keep one pull request up to date, if there is anything to change",
        """steps:
  - id: pullRequest
    name: Open or change the pull request
    action: publish:github:pull-request
    input:
      repoUrl: github.com?owner=acme&repo=cart
      branchName: renovate-template
      title: Follow the template
      description: What the template says today.
      update: true
      createWhenEmpty: false
""",
    ),
)


def publish(context: ActionContext) -> None:
    if context.is_dry_run:
        _pretend(context)
        return
    with open_repository(context) as repository:
        pull = _publish(context, repository)
        if pull is None:
            context.log.info("No changes to commit, pull request was not created")
            return
        _ask_for_reviews(context, repository, pull["number"])
        _assign(context, repository, pull["number"])
    context.output("targetBranchName", pull["base"])
    context.output("remoteUrl", pull["html_url"])
    context.output("pullRequestNumber", pull["number"])


def _pretend(context: ActionContext) -> None:
    check_repository(context)
    context.log.info("Performing dry run of creating pull request")
    context.output("targetBranchName", context.input["branchName"])
    context.output("remoteUrl", context.input["repoUrl"])
    context.output("pullRequestNumber", DRY_RUN_NUMBER)
    context.log.info("Dry run complete")


def _publish(context: ActionContext, repository: GithubRepository) -> Json | None:
    """The pull request's ``number``, ``html_url`` and ``base``; None if there is nothing to change."""
    answer = repository.api.call_with_headers("GET", repository.path(), doing=f"read {repository.full_name}")
    base = context.input.get("targetBranchName") or answer[1]["default_branch"]
    if base == context.input["branchName"]:
        raise InputError(f"The branch '{base}' cannot be pulled into itself; choose another 'branchName'")
    home = home_of(context, repository, headers=answer[0], description=answer[1])
    before = context.checkpoint("intent:pull-request", lambda: _find_allowed(context, repository, home))
    commit = context.checkpoint("commit", lambda: _commit(context, repository, home, base))
    if commit is None:
        return None
    _set_branch(context, repository, home, commit)
    return context.checkpoint("made:pull-request", lambda: _open_or_update(context, repository, home, base, before))


def _find_allowed(context: ActionContext, repository: GithubRepository, home: str) -> Json | None:
    """The number of the open pull request of the branch, None if there is none. Raises ConflictError."""
    pull = _find(context, repository, home)
    if pull is None:
        return None
    if not context.input.get("update"):
        raise ConflictError(
            f"Pull request already exists: {pull['html_url']}. Set update=true to enable updating, or choose another"
            " 'branchName'"
        )
    return pull["number"]


def _find(context: ActionContext, repository: GithubRepository, home: str) -> Json | None:
    query = urlencode({"state": "open", "head": f"{home}:{context.input['branchName']}"})
    doing = f"look for the pull request of '{context.input['branchName']}' in {repository.full_name}"
    pulls = repository.api.call("GET", f"{repository.path('pulls')}?{query}", doing=doing)
    return _gist(pulls[0]) if pulls else None


def _gist(pull: Json) -> Json:
    return {"number": pull["number"], "html_url": pull["html_url"], "base": pull["base"]["ref"]}


def _commit(context: ActionContext, repository: GithubRepository, home: str, base: str) -> str | None:
    """The id of a commit on top of the base branch; None if it would be empty and is not wanted then."""
    query = urlencode({"sha": base, "per_page": 1})
    doing = f"read the branch '{base}' of {repository.full_name}"
    parent = repository.api.call("GET", f"{repository.path('commits')}?{query}", doing=doing)[0]
    base_tree = parent["commit"]["tree"]["sha"]
    tree = write_tree(context, repository, home=home, base_tree=base_tree, base=parent["sha"])
    if tree == base_tree and context.input.get("createWhenEmpty") is False:
        return None
    body = {"message": _message(context), "tree": tree, "parents": [parent["sha"]], **_author(context)}
    path = path_of("repos", home, repository.name, "git", "commits")
    return str(repository.api.call("POST", path, body, doing=f"make the commit in {home}/{repository.name}")["sha"])


def _message(context: ActionContext) -> str:
    configured = context.tools.config.string("scaffolder.defaultCommitMessage")
    return str(context.input.get("commitMessage") or configured or context.input["title"])


def _author(context: ActionContext) -> Json:
    """Nobody named is the owner of the token; a commit of an app is signed by GitHub only then."""
    config = context.tools.config
    name = context.input.get("gitAuthorName") or config.string("scaffolder.defaultAuthor.name")
    email = context.input.get("gitAuthorEmail") or config.string("scaffolder.defaultAuthor.email")
    if context.input.get("forceEmptyGitAuthor") or not (name or email):
        return {}
    author = {"name": name or "Scaffolder", "email": email or "scaffolder@backstage.io"}
    return {"author": {**author, "date": step_time(context).strftime("%Y-%m-%dT%H:%M:%SZ")}}


def _set_branch(context: ActionContext, repository: GithubRepository, home: str, commit: str) -> None:
    """As in the reference, a branch of that name that has no pull request is overwritten."""
    branch = context.input["branchName"]
    ref = path_of("repos", home, repository.name, "git", "ref", "heads", *branch.split("/"))
    doing = f"look for the branch '{branch}' of {home}/{repository.name}"
    found = repository.api.find(ref, doing=doing)
    if found is not None and found["object"]["sha"] == commit:
        return
    refs = path_of("repos", home, repository.name, "git", "refs")
    doing = f"set the branch '{branch}' of {home}/{repository.name}"
    if found is None:
        repository.api.call("POST", refs, {"ref": f"refs/heads/{branch}", "sha": commit}, doing=doing)
    else:
        path = f"{refs}{path_of('heads', *branch.split('/'))}"
        repository.api.call("PATCH", path, {"sha": commit, "force": True}, doing=doing)


def _open_or_update(
    context: ActionContext, repository: GithubRepository, home: str, base: str, before: int | None
) -> Json:
    """``before`` is the number of the one that was open before this step."""
    body = {"title": context.input["title"], "body": context.input["description"], "base": base}
    if before is not None:
        doing = f"change the pull request #{before} of"
        return _gist(repository.call("PATCH", "pulls", before, body=body, doing=doing))
    made_before = _find(context, repository, home)
    if made_before is not None:
        return made_before
    body |= {"head": f"{home}:{context.input['branchName']}", "draft": bool(context.input.get("draft"))}
    return _gist(repository.call("POST", "pulls", body=body, doing="open the pull request in"))


def _ask_for_reviews(context: ActionContext, repository: GithubRepository, pull: int) -> None:
    users, teams = context.input.get("reviewers"), context.input.get("teamReviewers")
    if not users and not teams:
        return
    body = {"reviewers": users or [], "team_reviewers": list(dict.fromkeys(teams or []))}
    try:
        repository.call("POST", "pulls", pull, "requested_reviewers", body=body, doing=f"ask for reviews of #{pull} in")
    except API_ERRORS as error:
        context.log.error(f"Failure when adding reviewers to Pull request {pull}: {error.message}")
        return
    context.log.info(f"Asked users {users or []} and teams {teams or []} to review pull request {pull}")


def _assign(context: ActionContext, repository: GithubRepository, pull: int) -> None:
    assignees = context.input.get("assignees")
    if not assignees:
        return
    if len(assignees) > MAX_ASSIGNEES:
        context.log.warn(f"Assignees list is too long, only the first {MAX_ASSIGNEES} will be used.")
    body = {"assignees": assignees[:MAX_ASSIGNEES]}
    try:
        repository.call("POST", "issues", pull, "assignees", body=body, doing=f"assign #{pull} of")
    except API_ERRORS as error:
        context.log.error(f"Failure when adding assignees to Pull request {pull}: {error.message}")
        return
    context.log.info(f"Assigned pull request {pull} to {', '.join(body['assignees'])}")


ACTION = Action(
    id="publish:github:pull-request",
    description="Opens a pull request on GitHub with the files of the workspace.",
    run=publish,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "branchName": text("The branch with the change"),
            "filesToDelete": texts("Files that the change deletes, below `targetPath`"),
            "targetBranchName": text("The branch that the change is for. The default branch, if it is not named"),
            "title": text("The title of the pull request"),
            "description": text("What the pull request says"),
            "draft": flag("Open it as a draft"),
            "sourcePath": text("The folder of the workspace with the files. The whole workspace by default"),
            "targetPath": text("The folder of the repository that they come into. The top by default"),
            "token": TOKEN,
            "reviewers": texts("Users who are asked for a review"),
            "assignees": texts("Users who shall see to it, at most 10"),
            "teamReviewers": texts("Teams who are asked for a review"),
            "commitMessage": text("The message of the commit. The title by default"),
            "update": flag("Change the pull request of the branch, if there is one"),
            "forceFork": flag("Make the change in a fork in any case"),
            "gitAuthorName": text("The name of the commit's author. Whom the token belongs to by default"),
            "gitAuthorEmail": text("The e-mail address of the commit's author. Whom the token belongs to by default"),
            "forceEmptyGitAuthor": flag("Name no author in any case, so that GitHub signs the commit of an app"),
            "createWhenEmpty": flag("If false, nothing is opened when there is nothing to change; no output then"),
        },
        ("repoUrl", "branchName", "title", "description"),
    ),
    output=schema(
        {
            "targetBranchName": text("The branch that the change is for"),
            "remoteUrl": text("The address of the pull request"),
            "pullRequestNumber": number("The number of the pull request"),
        },
        ("targetBranchName", "remoteUrl", "pullRequestNumber"),
    ),
    examples=EXAMPLES,
    supports_dry_run=True,
)
