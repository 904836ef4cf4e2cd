"""What ``publish:gitlab`` takes and gives."""

from __future__ import annotations

from scaffolder.actions.action import Example
from scaffolder.actions.gitlab.schemas import REPO_URL, TOKEN
from scaffolder.actions.scm_schema import (
    GIT_AUTHOR_EMAIL,
    GIT_AUTHOR_NAME,
    GIT_COMMIT_MESSAGE,
    SIGN_COMMIT,
    choice,
    flag,
    number,
    object_of,
    schema,
    text,
    texts,
)

VISIBILITIES = ("private", "public", "internal")

SETTINGS = object_of(
    {
        "name": text("The title of the project; the repository's name if it is left out"),
        "path": text("The name of the repository, if it is not that of the repoUrl"),
        "auto_devops_enabled": flag("Whether Auto DevOps is on"),
        "ci_config_path": text("Where the pipeline's configuration lies"),
        "description": text("What the project is about, in short"),
        "merge_method": choice("How merge requests are merged", "merge", "rebase_merge", "ff"),
        "squash_option": choice(
            "Whether commits are squashed on merging", "default_off", "default_on", "never", "always"
        ),
        "topics": texts("The project's topics"),
        "visibility": choice("Who may see the project; 'private' if it is left out", *VISIBILITIES),
        "only_allow_merge_if_all_discussions_are_resolved": flag("Merge only when all discussions are resolved"),
        "only_allow_merge_if_pipeline_succeeds": flag("Merge only when the pipeline has succeeded"),
        "allow_merge_on_skipped_pipeline": flag("Merge even if jobs were skipped"),
    }
)
BRANCH = object_of(
    {
        "name": {"type": "string"},
        "protect": {"type": "boolean"},
        "create": {"type": "boolean"},
        "ref": {"type": "string"},
    },
    ["name"],
)
VARIABLE = object_of(
    {
        "key": {"type": "string"},
        "value": {"type": "string"},
        "description": {"type": "string"},
        "variable_type": {"type": "string", "enum": ["env_var", "file"]},
        "protected": {"type": "boolean"},
        "masked": {"type": "boolean"},
        "masked_and_hidden": {"type": "boolean"},
        "raw": {"type": "boolean"},
        "environment_scope": {"type": "string"},
    },
    ["key", "value"],
)
INPUT = schema(
    {
        "repoUrl": REPO_URL,
        "repoVisibility": choice("As 'settings.visibility', which is the newer way to say it", *VISIBILITIES),
        "defaultBranch": text("The branch that gets the first commit; 'master' if it is left out"),
        "gitCommitMessage": GIT_COMMIT_MESSAGE,
        "gitAuthorName": GIT_AUTHOR_NAME,
        "gitAuthorEmail": GIT_AUTHOR_EMAIL,
        "signCommit": SIGN_COMMIT,
        "sourcePath": {
            "type": ["string", "boolean"],
            "description": (
                "The folder of the workspace that becomes the repository; all of the workspace if it is true or left"
                " out, and nothing if it is false"
            ),
        },
        "skipExisting": flag("Go on without publishing if the project is there already"),
        "token": TOKEN,
        "setUserAsOwner": flag("Make the token's user an owner of the project, by the integration's own token"),
        "ownerUsername": text("Make this user an owner of the project, by the integration's own token"),
        "topics": texts("As 'settings.topics', which is the newer way to say it"),
        "settings": SETTINGS,
        "branches": {"type": "array", "items": BRANCH},
        "projectVariables": {"type": "array", "items": VARIABLE},
    },
    ["repoUrl"],
)
OUTPUT = schema(
    {
        "remoteUrl": text("Where the project is"),
        "repoContentsUrl": text("Where the files of its default branch are"),
        "projectId": number("The project's number"),
        "commitHash": text("The hash of the first commit"),
        "created": flag("Whether the project was made; false if it was there and 'skipExisting' is set"),
    },
    ["remoteUrl", "repoContentsUrl", "projectId", "commitHash", "created"],
)
EXAMPLES = (
    Example(
        "Publish the workspace as a private project",
        """
steps:
  - id: publish
    name: Publish to GitLab
    action: publish:gitlab
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      defaultBranch: main
""",
    ),
    Example(
        "Publish one folder, with settings, a protected branch and a variable of the pipeline",
        """
steps:
  - id: publish
    name: Publish to GitLab
    action: publish:gitlab
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      defaultBranch: main
      sourcePath: generated
      gitCommitMessage: Lay the foundation
      settings:
        visibility: internal
        merge_method: ff
        topics: [shop, python]
      branches:
        - name: stable
          create: true
          ref: main
          protect: true
      projectVariables:
        - key: STAGE
          value: test
""",
    ),
    Example(
        "Go on if the project is there already, as the user who runs the template",
        """
steps:
  - id: publish
    name: Publish to GitLab
    action: publish:gitlab
    input:
      repoUrl: gitlab.com?repo=shop&owner=team
      skipExisting: true
      token: ${{ secrets.USER_OAUTH_TOKEN }}
""",
    ),
)
