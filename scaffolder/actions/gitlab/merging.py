"""What happens to a merge request after it was opened: its reviewers, and that it merges by itself."""

from __future__ import annotations

from collections.abc import Iterable

from scaffolder.actions.action import ActionContext
from scaffolder.actions.gitlab.host import GitlabHost, Record
from scaffolder.actions.scm_before import seen_before
from scaffolder.actions.scm_lenient import only_warned

BUSY = ("preparing", "approvals_syncing", "checking")
LOOKS = 30
SECONDS_BETWEEN = 1.0


def assign_approvers(
    context: ActionContext, host: GitlabHost, project: str, iid: int, reviewers: Iterable[int]
) -> None:
    """Make reviewers of those whom the approval rules name, besides the ``reviewers`` it has."""
    failing = f"Failed to assign reviewers from approval rules to merge request {iid} of {project}"
    with only_warned(context, "Proceeding without reviewers from approval rules."):
        _settled(context, host, project, iid, failing)
        rules = host.list_all("projects", project, "merge_requests", iid, "approval_rules", failing=failing)
        approvers = [user["id"] for rule in rules for user in rule.get("eligible_approvers") or ()]
        if approvers:
            body = {"reviewer_ids": list(dict.fromkeys([*approvers, *reviewers]))}
            host.put("projects", project, "merge_requests", iid, failing=failing, body=body)


def enable_auto_merge(context: ActionContext, host: GitlabHost, project: str, iid: int) -> None:
    """Raises InputError, NotAllowedError or ConflictError if GitLab does not want to."""
    failing = f"Enabling auto-merge for merge request {iid} of {project} failed"
    _, is_later = seen_before(context, f"auto-merge:{project}:{iid}", lambda: True)

    def enable() -> bool:
        request = _settled(context, host, project, iid, failing)
        is_done = request.get("merge_when_pipeline_succeeds") or request.get("state") == "merged"
        if not (is_later and is_done):
            host.put("projects", project, "merge_requests", iid, "merge", failing=failing, body={"auto_merge": True})
        return True

    context.checkpoint(f"made:auto-merge:{project}:{iid}", enable)


def _settled(context: ActionContext, host: GitlabHost, project: str, iid: int, failing: str) -> Record:
    """The merge request, once GitLab knows what may be done with it, or after half a minute."""
    request = host.get("projects", project, "merge_requests", iid, failing=failing)
    for _ in range(LOOKS):
        if request.get("detailed_merge_status") not in BUSY:
            break
        context.log.info(f"Merge request {iid} is {request['detailed_merge_status']}")
        context.stop.wait(SECONDS_BETWEEN)
        request = host.get("projects", project, "merge_requests", iid, failing=failing)
    return request
