"""Protecting a branch. Done again, it is the same protection."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.errors import NotAllowedError, NotFoundError
from scaffolder.actions.action import ActionContext
from scaffolder.actions.github.repository import GithubRepository

Json = Any
NEEDS_PRO = "Upgrade to GitHub Pro or make this repository public to enable this feature"
# A branch that was pushed this moment may not be known yet.
PAUSE_SECONDS = 0.6


def protect_branch(
    context: ActionContext, repository: GithubRepository, branch: str, *, holds_for_admins: bool
) -> None:
    """By the inputs of ``properties.PROTECTION``. Where the plan has no protection, a warning is all."""
    try:
        _protect(context, repository, branch, holds_for_admins)
    except NotAllowedError as error:
        if NEEDS_PRO not in error.message:
            raise
        context.log.warn("Branch protection was not enabled as it requires GitHub Pro for private repositories")


def _protect(context: ActionContext, repository: GithubRepository, branch: str, holds_for_admins: bool) -> None:
    body = build_protection(context.input, holds_for_admins=holds_for_admins)
    segments = ("branches", branch, "protection")
    doing = f"protect the branch '{branch}' of"
    try:
        repository.call("PUT", *segments, body=body, doing=doing)
    except NotFoundError as error:
        if "Branch not found" not in error.message:
            raise
        context.stop.wait(PAUSE_SECONDS)
        repository.call("PUT", *segments, body=body, doing=doing)
    if context.input.get("requiredCommitSigning"):
        repository.call("POST", *segments, "required_signatures", doing=f"ask for signed commits on '{branch}' of")


def build_protection(given: Mapping[str, Json], *, holds_for_admins: bool) -> Json:
    """In GitHub's words."""
    reviews = {
        "required_approving_review_count": given.get("requiredApprovingReviewCount", 1),
        "require_code_owner_reviews": given.get("requireCodeOwnerReviews", False),
        "dismiss_stale_reviews": given.get("dismissStaleReviews", False),
        "require_last_push_approval": given.get("requireLastPushApproval", False),
    }
    if given.get("bypassPullRequestAllowances") is not None:
        reviews["bypass_pull_request_allowances"] = given["bypassPullRequestAllowances"]
    return {
        "required_status_checks": {
            "strict": given.get("requireBranchesToBeUpToDate", True),
            "contexts": given.get("requiredStatusCheckContexts", []),
        },
        "restrictions": given.get("restrictions"),
        "enforce_admins": holds_for_admins,
        "required_pull_request_reviews": reviews,
        "required_conversation_resolution": given.get("requiredConversationResolution", False),
        "required_linear_history": given.get("requiredLinearHistory", False),
        "block_creations": given.get("blockCreations", False),
    }
