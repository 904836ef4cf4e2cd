"""Inputs that most GitLab actions have."""

from __future__ import annotations

from scaffolder.actions.scm_schema import text

REPO_URL = text("'gitlab.com?repo=<project>&owner=<group or user>', the host being one of 'integrations.gitlab'")
TOKEN = text("The user's own token for GitLab; the integration's if it is left out")
PROJECT_ID = {"type": ["number", "string"], "description": "The project's number, or its full path"}
COMMIT_ACTION = "What happens to each file: 'auto' creates, changes or skips it, whichever is needed"
DATE_TIME = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{3})?Z$"
DATE = r"^\d{4}-\d{2}-\d{2}$"
ISSUE_TYPES = ("issue", "incident", "test_case", "task")
