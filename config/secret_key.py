"""The key that signs cookies, cursors and tokens."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from common.app_config import AppConfig

KEY = "callboard.secretKey"
FILE = "secret-key"
SHORTEST = 16


def read_secret_key(config: AppConfig, *, data_dir: Path, is_shared: bool) -> str:
    """
    ``callboard.secretKey``, or else what stands in a file that only we can read; made at the first start.

    ``is_shared``: the database may serve several machines, so a key of one folder will not do. Raises ConfigError.
    """
    if config.has(KEY):
        return _from_config(config)
    if is_shared:
        raise config.error(KEY, "a secret text, which PostgreSQL needs: as in `openssl rand -base64 32`")
    return _from_file(data_dir / FILE)


def _from_config(config: AppConfig) -> str:
    key = config.string(KEY, "")
    if len(key) < SHORTEST:
        raise config.error(KEY, f"a secret text of at least {SHORTEST} characters")
    return key


def _from_file(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _create(path)
    return path.read_text().strip()


def _create(path: Path) -> None:
    """Linked into place whole, so that of several processes that start at once all read the first one's."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
