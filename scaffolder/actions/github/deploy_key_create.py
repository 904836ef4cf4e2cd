"""``github:deployKey:create``: a key that may read the repository, and its other half as a secret."""

from __future__ import annotations

from typing import Any

from scaffolder.actions.action import Action, ActionContext, Example
from scaffolder.actions.github.properties import REPO_URL, TOKEN, schema, text
from scaffolder.actions.github.repository import GithubRepository, open_repository
from scaffolder.actions.github.secrets import set_repository_secrets
from scaffolder.actions.scm.once import make_once

Json = Any

EXAMPLES = (
    Example(
        "Store a pair of keys that an earlier step made",
        """steps:
  - id: deployKey
    name: Store the deploy key
    action: github:deployKey:create
    input:
      repoUrl: github.com?owner=acme&repo=cart
      publicKey: ${{ steps.keys.output.publicKey }}
      privateKey: ${{ steps.keys.output.privateKey }}
      deployKeyName: Deploy the cart
""",
    ),
)


def create(context: ActionContext) -> None:
    given = context.input
    default_name = f"{given['deployKeyName'].replace(' ', '_').upper()}_PRIVATE_KEY"
    secret_name = given.get("privateKeySecretName") or default_name
    with open_repository(context) as repository:
        make_once(
            context,
            "deploy-key",
            find=lambda: _find(repository, given["publicKey"]),
            make=lambda: _create(context, repository),
            taken=f"The repository {repository.full_name} has this deploy key already",
        )
        set_repository_secrets(repository, {secret_name: given["privateKey"]})
    context.output("privateKeySecretName", secret_name)


def _find(repository: GithubRepository, public_key: str) -> Json | None:
    keys = repository.api.list_all(repository.path("keys"), doing=f"list the deploy keys of {repository.full_name}")
    return next(({"id": key["id"]} for key in keys if _same(key["key"], public_key)), None)


def _same(one: str, other: str) -> bool:
    """Whatever comments follow the keys."""
    return one.split()[:2] == other.split()[:2]


def _create(context: ActionContext, repository: GithubRepository) -> Json:
    body = {"title": context.input["deployKeyName"], "key": context.input["publicKey"]}
    return {"id": repository.call("POST", "keys", body=body, doing="create the deploy key in")["id"]}


ACTION = Action(
    id="github:deployKey:create",
    description="Adds a deploy key to a repository on GitHub and stores its private half as a secret.",
    run=create,
    input=schema(
        {
            "repoUrl": REPO_URL,
            "publicKey": text("The public half, as `ssh-keygen` writes it: `ssh-ed25519 AAAA…`"),
            "privateKey": text("The private half"),
            "deployKeyName": text("The name of the deploy key"),
            "privateKeySecretName": text(
                "The name of the secret with the private half. By default the key's name in capitals, `_` for spaces,"
                " and `_PRIVATE_KEY`"
            ),
            "token": TOKEN,
        },
        ("repoUrl", "publicKey", "privateKey", "deployKeyName"),
    ),
    output=schema(
        {"privateKeySecretName": text("The name of the secret with the private half")}, ("privateKeySecretName",)
    ),
    examples=EXAMPLES,
)
