"""``gitlab:projectVariable:create``."""

from __future__ import annotations

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.gitlab.host import gitlab_host
from scaffolder.actions.gitlab.project import host_of, project_id
from scaffolder.actions.gitlab.schemas import PROJECT_ID, REPO_URL, TOKEN
from scaffolder.actions.gitlab.variables import create_variable
from scaffolder.actions.scm_schema import flag, schema, text


def create_project_variable(context: ActionContext) -> None:
    """Raises ConflictError if the project has it, InputError, NotAllowedError or ServiceUnavailableError."""
    given = context.input
    variable = {
        "key": given["key"],
        "value": given["value"],
        "variable_type": given["variableType"],
        "protected": given.get("variableProtected", False),
        "masked": given.get("masked", False),
        "masked_and_hidden": given.get("maskedAndHidden", False),
        "raw": given.get("raw", False),
        "environment_scope": given.get("environmentScope", "*"),
    }
    with gitlab_host(context, host_of(context)) as host:
        create_variable(context, host, project_id(given["projectId"]), variable)


ACTION = Action(
    id="gitlab:projectVariable:create",
    description="Gives a GitLab project a variable for its pipelines",
    run=create_project_variable,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "token": TOKEN,
            "projectId": PROJECT_ID,
            "key": text("Its name: at most 255 letters, digits and underscores", pattern="^[A-Za-z0-9_]{1,255}$"),
            "value": text("Its value"),
            "variableType": text("'env_var' or 'file'"),
            "variableProtected": flag("Only for protected branches and tags", default=False),
            "masked": flag("Not shown in the logs of jobs", default=False),
            "maskedAndHidden": flag("Not shown anywhere", default=False),
            "raw": flag("Other variables in its value are not replaced", default=False),
            "environmentScope": text("The environments that have it", default="*"),
        },
        ["repoUrl", "projectId", "key", "value", "variableType"],
    ),
    examples=(
        Example(
            "Give the pipeline of a project a secret",
            """
steps:
  - id: variable
    name: Store the password
    action: gitlab:projectVariable:create
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      projectId: ${{ steps.publish.output.projectId }}
      key: REGISTRY_PASSWORD
      value: ${{ secrets.REGISTRY_PASSWORD }}
      variableType: env_var
      masked: true
""",
        ),
    ),
)
