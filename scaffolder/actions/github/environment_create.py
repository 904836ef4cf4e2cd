"""``github:environment:create``: where a workflow deploys to, and who has to agree."""

from __future__ import annotations

from typing import Any

from catalog.entity_ref import EntityRef
from catalog.queries.refs import get_by_refs
from common.errors import NotFoundError
from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.api import path_of
from scaffolder.actions.github.properties import (
    REPO_URL,
    TOKEN,
    flag,
    number,
    record,
    schema,
    text,
    text_record,
    texts,
)
from scaffolder.actions.github.repository import GithubRepository, open_repository
from scaffolder.actions.github.secrets import set_environment_secrets, set_variable

Json = Any

EXAMPLES = (
    Example(
        "Make an environment that only protected branches deploy to",
        """steps:
  - id: environment
    name: Make the environment
    action: github:environment:create
    input:
      repoUrl: github.com?owner=acme&repo=cart
      name: production
      deploymentBranchPolicy:
        protected_branches: true
        custom_branch_policies: false
""",
    ),
    Example(
        "Make an environment for releases, with variables, secrets and reviewers",
        """steps:
  - id: environment
    name: Make the environment
    action: github:environment:create
    input:
      repoUrl: github.com?owner=acme&repo=cart
      name: staging
      deploymentBranchPolicy:
        protected_branches: false
        custom_branch_policies: true
      customBranchPolicyNames: [main, release/*]
      customTagPolicyNames: [v*]
      environmentVariables:
        REGION: eu-west-1
      secrets:
        DEPLOY_TOKEN: ${{ secrets.deployToken }}
      waitTimer: 5
      preventSelfReview: true
      reviewers: [group:default/checkout, user:default/alice]
""",
    ),
)


def create(context: ActionContext) -> None:
    given = context.input
    name = given["name"]
    with open_repository(context) as repository:
        body = {
            "deployment_branch_policy": given.get("deploymentBranchPolicy"),
            "wait_timer": given.get("waitTimer"),
            "prevent_self_review": given.get("preventSelfReview"),
            "reviewers": _find_reviewers(context, repository) or None,
        }
        present = {key: value for key, value in body.items() if value is not None}
        repository.call("PUT", "environments", name, body=present, doing=f"make the environment '{name}' of")
        _add_policies(context, repository, name)
        for variable, value in (given.get("environmentVariables") or {}).items():
            set_variable(repository, repository.path("environments", name, "variables"), variable, value)
        set_environment_secrets(repository, name, given.get("secrets") or {})


def _find_reviewers(context: ActionContext, repository: GithubRepository) -> list[Json]:
    """Users and groups of the catalog, by the same names on GitHub. Those that are not there are left out."""
    refs = [EntityRef.parse(reviewer) for reviewer in context.input.get("reviewers") or ()]
    known = get_by_refs([str(ref) for ref in refs])
    found = []
    for ref, body in zip(refs, known, strict=True):
        reviewer = None if body is None else _find_reviewer(repository, ref)
        if reviewer is None:
            context.log.warn(f"The reviewer {ref} is left out: it must be in the catalog and on {repository.api.host}")
        else:
            found.append(reviewer)
    return found


def _find_reviewer(repository: GithubRepository, ref: EntityRef) -> Json | None:
    kind, path = "User", path_of("users", ref.name)
    if ref.kind.lower() == "group":
        kind, path = "Team", path_of("orgs", repository.owner, "teams", ref.name)
    elif ref.kind.lower() != "user":
        return None
    try:
        return {"type": kind, "id": repository.api.call("GET", path, doing=f"find the reviewer {ref}")["id"]}
    except NotFoundError:
        return None


def _add_policies(context: ActionContext, repository: GithubRepository, environment: str) -> None:
    """Those that are there stay as they are: adding one again would be refused."""
    given = context.input
    wanted = [("branch", name) for name in given.get("customBranchPolicyNames") or ()]
    wanted += [("tag", name) for name in given.get("customTagPolicyNames") or ()]
    if not wanted:
        return
    path = repository.path("environments", environment, "deployment-branch-policies")
    doing = f"list which branches deploy to '{environment}' in {repository.full_name}"
    policies = repository.api.list_all(path, doing=doing, within="branch_policies")
    there = {(policy.get("type", "branch"), policy["name"]) for policy in policies}
    for kind, name in dict.fromkeys(wanted):
        if (kind, name) not in there:
            doing = f"let the {kind} '{name}' deploy to '{environment}' in {repository.full_name}"
            repository.api.call("POST", path, {"name": name, "type": kind}, doing=doing)


ACTION = Action(
    id="github:environment:create",
    description="Makes a deployment environment of a repository on GitHub, or changes it.",
    run=create,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "name": text("The name of the environment"),
            "deploymentBranchPolicy": record(
                {
                    "protected_branches": flag("Only protected branches deploy. The opposite of the other one"),
                    "custom_branch_policies": flag(
                        "Only branches and tags that match the names deploy. The opposite of the other one"
                    ),
                },
                ("protected_branches", "custom_branch_policies"),
                description="Which branches deploy to the environment; all, if it is not given",
            ),
            "customBranchPolicyNames": texts(
                "Patterns of branches that deploy, such as `release/*`; `*` matches no `/`"
            ),
            "customTagPolicyNames": texts("Patterns of tags that deploy, such as `v*`; `*` matches no `/`"),
            "environmentVariables": text_record("Variables of the environment"),
            "secrets": text_record("Secrets of the environment"),
            "token": TOKEN,
            "waitTimer": number("Minutes that a deployment waits before it begins"),
            "preventSelfReview": flag("Nobody may agree to a deployment of their own"),
            "reviewers": texts("Who has to agree: entity refs of users and groups"),
        },
        ("repoUrl", "name"),
    ),
    examples=EXAMPLES,
)
