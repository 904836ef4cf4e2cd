"""Actions for GitHub and GitHub Enterprise."""

from scaffolder.actions.action import Action
from scaffolder.actions.github import (
    actions_dispatch,
    autolinks_create,
    branch_protection_create,
    deploy_key_create,
    environment_create,
    issues_create,
    issues_label,
    pages_enable,
    publish,
    pull_request,
    repo_create,
    repo_push,
    webhook,
)

ACTIONS: tuple[Action, ...] = tuple(
    module.ACTION
    for module in (
        actions_dispatch,
        autolinks_create,
        branch_protection_create,
        deploy_key_create,
        environment_create,
        issues_create,
        issues_label,
        pages_enable,
        publish,
        pull_request,
        repo_create,
        repo_push,
        webhook,
    )
)
