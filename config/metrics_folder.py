"""Where the processes of one start count together. Knows nothing of what they count."""

from __future__ import annotations

from pathlib import Path

from config import env


def prepare_metrics(data_dir: Path, part: str) -> None:
    """
    Make the processes that start from here count together, from 0.

    To be called before anything counts. ``part`` names those that start together; others may share the data folder.
    """
    folder = data_dir / "metrics" / part
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink(missing_ok=True)
    env.export_metrics_dir(folder)
