"""Actions that work on GitLab."""

from scaffolder.actions.action import Action
from scaffolder.actions.gitlab import (
    group_access,
    group_ensure_exists,
    group_migrate,
    issue_create,
    issue_edit,
    merge_request,
    pipeline_trigger,
    project_access_token,
    project_deploy_token,
    project_variable,
    publish,
    repo_push,
    user_info,
)

ACTIONS: tuple[Action, ...] = (
    group_access.ACTION,
    group_ensure_exists.ACTION,
    group_migrate.ACTION,
    issue_create.ACTION,
    issue_edit.ACTION,
    merge_request.ACTION,
    pipeline_trigger.ACTION,
    project_access_token.ACTION,
    project_deploy_token.ACTION,
    project_variable.ACTION,
    publish.ACTION,
    repo_push.ACTION,
    user_info.ACTION,
)
