"""Actions that bring files into the workspace, as they are or rendered."""

from scaffolder.actions.action import Action
from scaffolder.actions.fetch import (
    by_cookiecutter,
    plain,
    plain_file,
    template,
    template_file,
    workspace_template,
    workspace_template_file,
)

ACTIONS: tuple[Action, ...] = (
    plain.ACTION,
    plain_file.ACTION,
    template.ACTION,
    template_file.ACTION,
    workspace_template.ACTION,
    workspace_template_file.ACTION,
    by_cookiecutter.ACTION,
)
