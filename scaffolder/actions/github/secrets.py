"""Secrets and variables of repositories and their environments. Secrets are sealed so that GitHub alone can open them."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from nacl.public import PublicKey, SealedBox

from common.errors import ConflictError
from scaffolder.actions.github.api import path_of
from scaffolder.actions.github.repository import GithubRepository


def set_repository_secrets(repository: GithubRepository, secrets: Mapping[str, str]) -> None:
    set_secrets(repository, repository.path("actions", "secrets"), secrets)


def set_environment_secrets(repository: GithubRepository, environment: str, secrets: Mapping[str, str]) -> None:
    set_secrets(repository, repository.path("environments", environment, "secrets"), secrets)


def set_secrets(repository: GithubRepository, path: str, secrets: Mapping[str, str]) -> None:
    """``path`` is where they are kept. Setting one again replaces it."""
    if not secrets:
        return
    doing = f"read the public key for secrets of {repository.full_name}"
    key = repository.api.call("GET", f"{path}/public-key", doing=doing)
    for name, value in secrets.items():
        body = {"encrypted_value": seal(value, key["key"]), "key_id": key["key_id"]}
        doing = f"set the secret '{name}' of {repository.full_name}"
        repository.api.call("PUT", f"{path}{path_of(name)}", body, doing=doing)


def seal(value: str, public_key: str) -> str:
    """In base64, as the key is."""
    box = SealedBox(PublicKey(base64.b64decode(public_key)))
    return base64.b64encode(box.encrypt(value.encode())).decode()


def set_variable(repository: GithubRepository, path: str, name: str, value: str) -> None:
    """``path`` is where variables are kept. One that is there gets the new value."""
    doing = f"set the variable '{name}' of {repository.full_name}"
    body = {"name": name, "value": value}
    try:
        repository.api.call("POST", path, body, doing=doing)
    except ConflictError:
        repository.api.call("PATCH", f"{path}{path_of(name)}", body, doing=doing)
