"""``bitbucketCloud:branchRestriction:create``."""

from __future__ import annotations

import json
from typing import Any

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.bitbucket.host import bitbucket_credentials, bitbucket_host, bitbucket_integration
from scaffolder.actions.bitbucket.repository import path_of_repository, repo_url_of
from scaffolder.actions.bitbucket.schemas import REPO_URL, TOKEN
from scaffolder.actions.scm_before import seen_before
from scaffolder.actions.scm_http import Query
from scaffolder.actions.scm_schema import choice, number, object_of, schema, text

Record = dict[str, Any]
KINDS = (
    "push",
    "force",
    "delete",
    "restrict_merges",
    "require_tasks_to_be_completed",
    "require_approvals_to_merge",
    "require_default_reviewer_approvals_to_merge",
    "require_no_changes_requested",
    "require_passing_builds_to_merge",
    "require_commits_behind",
    "reset_pullrequest_approvals_on_change",
    "smart_reset_pullrequest_approvals",
    "reset_pullrequest_changes_requested_on_change",
    "require_all_dependencies_merged",
    "enforce_merge_checks",
    "allow_auto_merge_when_builds_pass",
)
MATCHES = ("glob", "branching_model")
BRANCH_TYPES = ("feature", "bugfix", "release", "hotfix", "development", "production")
CREATED = 201


def create_branch_restriction(context: ActionContext) -> None:
    """Raises InputError, ConflictError, NotAllowedError or ServiceUnavailableError."""
    repo_url = repo_url_of(context)
    integration = bitbucket_integration(context, repo_url.host)
    credentials = bitbucket_credentials(context, integration)
    body = _body(context)
    failing = f"Unable to create the branch restriction '{body['kind']}' of {repo_url.workspace}/{repo_url.repo}"
    path = (*path_of_repository(repo_url), "branch-restrictions")
    query: Query = {"kind": body["kind"], "pagelen": 100}
    with bitbucket_host(context, integration, credentials) as host:

        def restrictions() -> list[Record]:
            found: list[Record] = host.need(host.get(*path, failing=failing, query=query), "values", failing=failing)
            return found

        label = f"restriction:{'/'.join(path)}:{json.dumps(body, sort_keys=True)}"
        before, is_later = seen_before(context, label, lambda: [found["id"] for found in restrictions()])

        def make_or_find() -> Record:
            new = [found for found in restrictions() if found["id"] not in before] if is_later else []
            ours = [found for found in new if _is_like(found, body)]
            return ours[0] if ours else host.post(*path, failing=failing, body=body)

        made = context.checkpoint(f"made:{label}", make_or_find)
    context.log.info(f"Bitbucket Cloud has the branch restriction {made.get('id')}: {body['kind']}")
    context.output("statusCode", CREATED)
    context.output("json", json.dumps({"data": made, "status": CREATED}))


def _body(context: ActionContext) -> Record:
    given = context.input
    kind, match = given["kind"], given.get("branchMatchKind", "branching_model")
    body = {
        "type": "branchrestriction",
        "kind": kind,
        "branch_match_kind": match,
        "value": None if kind == "push" else given.get("value", 1),
        "users": [{"uuid": user["uuid"], "type": "user"} for user in given.get("users") or ()],
        "groups": [{"slug": group["slug"], "type": "group"} for group in given.get("groups") or ()],
    }
    if match == "glob":
        return {**body, "pattern": given.get("pattern", "")}
    return {**body, "branch_type": given.get("branchType", "development")}


def _is_like(found: Record, body: Record) -> bool:
    return all(found.get(key) == body.get(key) for key in ("kind", "branch_match_kind", *_where(body)))


def _where(body: Record) -> tuple[str, ...]:
    return ("pattern",) if "pattern" in body else ("branch_type",)


ACTION = Action(
    id="bitbucketCloud:branchRestriction:create",
    description="Restricts what may be done to branches of a repository on Bitbucket Cloud",
    run=create_branch_restriction,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "kind": choice("What is restricted", *KINDS),
            "branchMatchKind": choice("How branches are chosen; 'branching_model' if it is left out", *MATCHES),
            "branchType": choice(
                "Which branches of the branching model; 'development' if it is left out", *BRANCH_TYPES
            ),
            "pattern": text("Which branches, if they are chosen by 'glob'"),
            "value": {
                "type": ["number", "null"],
                "description": "How many it takes, for the kinds that count approvals, builds or commits",
            },
            "users": {
                "type": "array",
                "items": object_of({"uuid": text("The user's id, such as '{a-b-c-d}'")}, ["uuid"]),
                "description": "Who may push or merge all the same",
            },
            "groups": {
                "type": "array",
                "items": object_of({"slug": text("The group's name")}, ["slug"]),
                "description": "The groups that may push or merge all the same",
            },
            "token": TOKEN,
        },
        ["repoUrl", "kind"],
    ),
    output=schema(
        {"json": text("What Bitbucket answered, as JSON"), "statusCode": number("The status of that answer")}
    ),
    examples=(
        Example(
            "Nobody pushes to the main branch but the release managers",
            """
steps:
  - id: restrict
    name: Protect the main branch
    action: bitbucketCloud:branchRestriction:create
    input:
      repoUrl: bitbucket.org?repo=shop&workspace=acme&project=SHOP
      kind: push
      branchMatchKind: glob
      pattern: main
      groups:
        - slug: release-managers
""",
        ),
    ),
)
