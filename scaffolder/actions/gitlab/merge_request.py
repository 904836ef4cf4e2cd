"""``publish:gitlab:merge-request``: files of the workspace as a merge request."""

from __future__ import annotations

from common.errors import InputError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.commit import Commit, commit_once
from scaffolder.actions.gitlab.commit_files import CommitPlan, commit_actions
from scaffolder.actions.gitlab.host import GitlabHost, Record, gitlab_host
from scaffolder.actions.gitlab.merging import assign_approvers, enable_auto_merge
from scaffolder.actions.gitlab.project import path_of_project, repo_url_of
from scaffolder.actions.gitlab.schemas import COMMIT_ACTION, REPO_URL, TOKEN
from scaffolder.actions.gitlab.users import user_ids
from scaffolder.actions.scm.source import source_folder
from scaffolder.actions.scm_before import seen_before
from scaffolder.actions.scm_http import Query
from scaffolder.actions.scm_schema import choice, flag, schema, text, texts


def publish_merge_request(context: ActionContext) -> None:
    """Raises InputError, ConflictError, NotAllowedError or ServiceUnavailableError."""
    repo_url = repo_url_of(context)
    project = path_of_project(repo_url)
    with gitlab_host(context, repo_url.host) as host:
        people = _people(context, host)
        target = context.input.get("targetBranchName") or _default_branch(host, project)
        actions = commit_actions(host, _plan(context, project, target))
        _ensure_branch(context, host, project, target, needs_new=bool(actions))
        commit_once(context, host, _commit(context, project), actions=lambda: actions)
        request = _ensure_merge_request(context, host, project, target, people)
        if context.input.get("assignReviewersFromApprovalRules"):
            assign_approvers(context, host, project, request["iid"], people.get("reviewer_ids", []))
        if context.input.get("autoMerge"):
            enable_auto_merge(context, host, project, request["iid"])
    context.output("projectid", project)
    context.output("targetBranchName", target)
    context.output("projectPath", project)
    context.output("mergeRequestUrl", request["web_url"])


def _people(context: ActionContext, host: GitlabHost) -> Record:
    people: Record = {}
    if "assignee" in context.input:
        found = user_ids(context, host, [context.input["assignee"]], "Proceeding with MR creation without an assignee.")
        people |= {"assignee_id": found[0]} if found else {}
    if "reviewers" in context.input:
        names = context.input["reviewers"]
        people["reviewer_ids"] = user_ids(context, host, names, "Proceeding with MR creation without reviewer.")
    return people


def _default_branch(host: GitlabHost, project: str) -> str:
    failing = f"The branch creation failed. The project {project} could not be read"
    branch = host.get("projects", project, failing=failing).get("default_branch")
    if not branch:
        raise InputError(
            "The branch creation failed. Target branch was not provided, and could not find default branch from"
            f" project settings. Project: {project}; name 'targetBranchName', or put a first commit into the project"
        )
    return str(branch)


def _plan(context: ActionContext, project: str, target: str) -> CommitPlan:
    # Where only a target is named, it is the source as well: templates rely on that.
    folder = source_folder(context, input_name="sourcePath" if context.input.get("sourcePath") else "targetPath")
    action = context.input.get("commitAction") or "auto"
    return CommitPlan(project, target, folder, context.input.get("targetPath"), action)


def _commit(context: ActionContext, project: str) -> Commit:
    branch = context.input["branchName"]
    failing = (
        f"Committing the changes to {branch} failed. Please check that none of the files created by the template"
        " already exists"
    )
    return Commit(project, branch, context.input["title"], failing)


def _ensure_branch(context: ActionContext, host: GitlabHost, project: str, target: str, *, needs_new: bool) -> None:
    """A new one from ``target``. One that somebody else made will do only if nothing is to be committed."""
    branch = context.input["branchName"]
    path = ("projects", project, "repository", "branches")
    failing = (
        f"The branch creation failed. Please check that your repo does not already contain a branch named '{branch}'"
    )

    def find() -> Record | None:
        return host.find(*path, branch, failing=failing)

    def look() -> bool:
        found = find()
        if found is not None:
            raise _taken(host, project, branch, found)
        return True

    if not needs_new and find() is not None:
        context.log.info(f"Using existing branch {branch} without modification.")
        return
    _, is_later = seen_before(context, f"branch:{project}:{branch}", look)
    if not (is_later and find()):
        host.post(*path, failing=failing, body={"branch": branch, "ref": target})


def _taken(host: GitlabHost, project: str, branch: str, found: Record) -> InputError:
    message = f"The branch creation failed because the branch already exists at: {found.get('web_url')}."
    query: Query = {"source_branch": branch}
    request = host.first("projects", project, "merge_requests", failing=message, query=query)
    if request is None:
        return InputError(f"{message} Choose another 'branchName', or delete that branch.")
    return InputError(f"{message} Additionally, there is a Merge Request for this branch: {request.get('web_url')}")


def _ensure_merge_request(
    context: ActionContext, host: GitlabHost, project: str, target: str, people: Record
) -> Record:
    """Its ``iid`` and ``web_url``."""
    branch, title = context.input["branchName"], context.input["title"]
    failing = f"Merge request creation failed for branch '{branch}' of {project}"
    path = ("projects", project, "merge_requests")
    query: Query = {"source_branch": branch, "target_branch": target}

    def known() -> list[int]:
        return [request["iid"] for request in host.list_all(*path, failing=failing, query=query)]

    before, is_later = seen_before(context, f"merge-request:{project}:{branch}", known)

    def find() -> Record | None:
        found = host.list_all(*path, failing=failing, query=query)
        return next((item for item in found if item["iid"] not in before and item.get("title") == title), None)

    def make_or_find() -> Record:
        request = find() if is_later else None
        if request is None:
            body = {**_request_body(context), "source_branch": branch, "target_branch": target, **people}
            request = host.post(*path, failing=failing, body=body)
        return {key: host.need(request, key, failing=failing) for key in ("iid", "web_url")}

    return context.checkpoint(f"made:merge-request:{project}:{branch}", make_or_find)


def _request_body(context: ActionContext) -> Record:
    given = context.input
    body: Record = {"title": given["title"], "remove_source_branch": bool(given.get("removeSourceBranch"))}
    if "description" in given:
        body["description"] = given["description"]
    if "labels" in given:
        labels = given["labels"]
        body["labels"] = labels if isinstance(labels, str) else ",".join(labels)
    return body


ACTION = Action(
    id="publish:gitlab:merge-request",
    description="Opens a merge request on GitLab with the files of the workspace",
    run=publish_merge_request,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "title": text("The title of the merge request, which its commit says as well"),
            "description": text("The description of the merge request"),
            "branchName": text("The new branch that the files are committed to"),
            "targetBranchName": text("The branch to merge into; the default branch if it is left out"),
            "sourcePath": text(
                "The folder of the workspace whose files are committed; that of 'targetPath' if it is left out,"
                " '.' for all of the workspace"
            ),
            "targetPath": text("The folder of the repository that they come into; its top if it is left out"),
            "token": TOKEN,
            "commitAction": choice(COMMIT_ACTION, "create", "delete", "update", "skip", "auto"),
            "projectid": text("Not looked at any more: name the project in 'repoUrl'"),
            "removeSourceBranch": flag("Delete the new branch when it is merged"),
            "assignee": text("The user name of whom it is assigned to"),
            "reviewers": texts("The user names of its reviewers"),
            "assignReviewersFromApprovalRules": flag("Make those reviewers, too, whom its approval rules name"),
            "labels": {
                "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
                "description": "Its labels, as a list or with commas between them",
            },
            "autoMerge": flag("Merge it as soon as all checks have passed"),
        },
        ["repoUrl", "title", "branchName"],
    ),
    output=schema(
        {
            "targetBranchName": text("The branch to merge into"),
            "projectid": text("The project's full path"),
            "projectPath": text("The project's full path"),
            "mergeRequestUrl": text("Where the merge request is"),
        },
        ["targetBranchName", "projectid", "projectPath", "mergeRequestUrl"],
    ),
    examples=(
        Example(
            "Propose the files of a folder",
            """
steps:
  - id: propose
    name: Propose the pipeline
    action: publish:gitlab:merge-request
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      title: Add a pipeline
      description: It builds and tests each change.
      branchName: add-pipeline
      sourcePath: generated
      targetPath: ci
""",
        ),
        Example(
            "Change files, ask two people and merge when the pipeline has passed",
            """
steps:
  - id: propose
    name: Propose the new version
    action: publish:gitlab:merge-request
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      title: Use version 2
      branchName: version-2
      sourcePath: .
      commitAction: update
      reviewers: [alice, bob]
      labels: [dependencies]
      removeSourceBranch: true
      autoMerge: true
""",
        ),
    ),
)
