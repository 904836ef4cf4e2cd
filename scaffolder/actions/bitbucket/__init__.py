"""Actions that work on Bitbucket Cloud."""

from scaffolder.actions.action import Action
from scaffolder.actions.bitbucket import branch_restriction, pipelines_run, publish, pull_request

ACTIONS: tuple[Action, ...] = (branch_restriction.ACTION, pipelines_run.ACTION, publish.ACTION, pull_request.ACTION)
