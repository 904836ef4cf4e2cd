"""The inputs and outputs that several actions share, as JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = Mapping[str, Any]


def text(description: str, **more: Any) -> Schema:
    return {"type": "string", "description": description, **more}


def flag(description: str, **more: Any) -> Schema:
    return {"type": "boolean", "description": description, **more}


def number(description: str) -> Schema:
    return {"type": "number", "description": description}


def texts(description: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def text_record(description: str) -> Schema:
    return {"type": "object", "additionalProperties": {"type": "string"}, "description": description}


def record(properties: Mapping[str, Schema], required: Iterable[str] = (), **more: Any) -> Schema:
    """An object with these properties and no others."""
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": dict(properties), **needed, "additionalProperties": False, **more}


def schema(properties: Mapping[str, Schema], required: Iterable[str] = ()) -> Schema:
    """What an action takes or gives."""
    return record(properties, required, **{"$schema": "http://json-schema.org/draft-07/schema#"})


def chosen(source: Mapping[str, Schema], *names: str) -> dict[str, Schema]:
    return {name: source[name] for name in names}


def _collaborator(kind: str) -> Schema:
    return record(
        {
            "access": text(f"What the {kind} may do, such as `pull`, `push` or `admin`"),
            kind: text(f"The name of the {kind}, or an entity ref that ends with it"),
        },
        ("access", kind),
    )


def _actors(description: str, required: Iterable[str] = ()) -> Schema:
    return record({name: texts_bare() for name in ("apps", "users", "teams")}, required, description=description)


def texts_bare() -> Schema:
    return {"type": "array", "items": {"type": "string"}}


REPO_URL = text("The repository, written `github.com?owner=team&repo=service`; the owner is an organization or a user")
TOKEN = text("The user's own token for GitHub. Without it, the credentials of the integration are used")

REPOSITORY: dict[str, Schema] = {
    "repoUrl": REPO_URL,
    "description": text("One line about the repository"),
    "homepage": text("A web page about it"),
    "access": text("Who administers the repository too: a user other than the owner, or a team as `organization/team`"),
    "repoVisibility": text("Who may see it", enum=["private", "public", "internal"]),
    "deleteBranchOnMerge": flag("Delete branches once their pull requests are merged", default=False),
    "allowMergeCommit": flag("Allow pull requests to be merged with a merge commit", default=True),
    "allowSquashMerge": flag("Allow pull requests to be squashed into one commit", default=True),
    "squashMergeCommitTitle": text(
        "Where the title of a squashed commit comes from",
        enum=["PR_TITLE", "COMMIT_OR_PR_TITLE"],
        default="COMMIT_OR_PR_TITLE",
    ),
    "squashMergeCommitMessage": text(
        "Where the message of a squashed commit comes from",
        enum=["PR_BODY", "COMMIT_MESSAGES", "BLANK"],
        default="COMMIT_MESSAGES",
    ),
    "allowRebaseMerge": flag("Allow pull requests to be merged by a rebase", default=True),
    "allowAutoMerge": flag("Allow pull requests to merge by themselves once nothing is missing", default=False),
    "allowUpdateBranch": flag("Offer to bring the branch of a pull request up to date", default=False),
    "collaborators": {
        "type": "array",
        "items": {"anyOf": [_collaborator("user"), _collaborator("team")]},
        "description": "Further users and teams, with what they may do",
    },
    "hasProjects": flag("Switch projects on. They are, unless the organization has switched them off"),
    "hasWiki": flag("Switch the wiki on", default=True),
    "hasIssues": flag("Switch issues on", default=True),
    "token": TOKEN,
    "topics": texts("Topics of the repository; they become lower case"),
    "repoVariables": text_record("Variables for the repository's workflows"),
    "secrets": text_record("Secrets for the repository's workflows"),
    "oidcCustomization": record(
        {
            "useDefault": flag("Keep the default subject; then `includeClaimKeys` must not be set", default=True),
            "includeClaimKeys": texts("The claims that the subject holds: letters, digits and underscores"),
        },
        description="What the subject of the repository's OpenID Connect tokens holds",
    ),
    "customProperties": {
        "type": "object",
        "additionalProperties": {"anyOf": [{"type": "string"}, texts_bare()]},
        "description": "Custom properties, for repositories of organizations only",
    },
    "subscribe": flag("Watch the repository. Not by default"),
    "autoInit": flag("Make a first commit with an empty README", default=False),
    "workflowAccess": text(
        "Which repositories elsewhere may use the workflows of this one. `none` by default",
        enum=["none", "organization", "user"],
    ),
}

COMMIT: dict[str, Schema] = {
    "defaultBranch": text("The branch that is pushed. `main` by default", default="main"),
    "gitCommitMessage": text("The message of the commit. `initial commit` by default", default="initial commit"),
    "gitAuthorName": text("The name of the commit's author. `Scaffolder` by default", default="Scaffolder"),
    "gitAuthorEmail": text("The e-mail address of the commit's author"),
    "sourcePath": text("The folder of the workspace that is published. The whole workspace by default"),
}

PROTECTION: dict[str, Schema] = {
    "protectDefaultBranch": flag("Protect the default branch once it is pushed", default=True),
    "protectEnforceAdmins": flag("Let the protection hold for administrators too", default=True),
    "requiredApprovingReviewCount": number("How many must approve a pull request: 1 to 6, 0 for none. 1 by default"),
    "requireCodeOwnerReviews": flag("Ask for the approval of the code owners of what was changed"),
    "dismissStaleReviews": flag("Forget approvals when something new is pushed"),
    "bypassPullRequestAllowances": _actors("Users, teams and apps that need no pull request"),
    "restrictions": _actors(
        "The only ones who may push to the branch. For repositories of organizations only", ("users", "teams")
    ),
    "requiredStatusCheckContexts": texts("Status checks that must pass before a merge"),
    "requireBranchesToBeUpToDate": flag("Ask for branches to be up to date before a merge", default=True),
    "requiredConversationResolution": flag("Ask for all conversations to be resolved before a merge"),
    "requireLastPushApproval": flag("Somebody else than who pushed last must approve", default=False),
    "requiredCommitSigning": flag("Accept signed commits only"),
    "requiredLinearHistory": flag("Accept no merge commits"),
    "blockCreations": flag(
        "Let nobody make branches that match, but for those whom `restrictions` name", default=False
    ),
}

PUBLISHED: dict[str, Schema] = {
    "remoteUrl": text("The address of the repository for git"),
    "repoContentsUrl": text("The address of its files for a browser"),
    "commitHash": text("The id of the commit"),
}
