"""Inputs that most Bitbucket actions have."""

from __future__ import annotations

from scaffolder.actions.scm_schema import text

REPO_URL = text("'bitbucket.org?repo=<repository>&workspace=<workspace>&project=<project key>'")
TOKEN = text("The user's own token for Bitbucket Cloud; the integration's credentials if it is left out")
