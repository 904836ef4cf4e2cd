"""The folder of everything that this installation keeps on disk."""

from __future__ import annotations

import os
from pathlib import Path

from common.app_config import ConfigError


def ensure_data_dir(folder: Path) -> Path:
    """Make it if it is not there. Raises ConfigError if it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"--data: got '{folder}', expected a folder that can be made: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError(f"--data: got '{folder}', expected a folder that can be written to")
    return folder
