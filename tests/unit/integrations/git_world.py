"""Git repositories for tests, made with the git program and nobody's configuration."""

import os
import subprocess

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "alice",
    "GIT_AUTHOR_EMAIL": "alice@example.com",
    "GIT_COMMITTER_NAME": "alice",
    "GIT_COMMITTER_EMAIL": "alice@example.com",
}


def git(folder, *arguments, content=None):
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments], input=content, env=ENVIRONMENT, capture_output=True, check=True
    )
    return done.stdout.decode().strip()


def make_repository(folder, files, *, branch="main"):
    """A repository with one commit of these files; the commit's id."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", branch)
    git(folder, "config", "uploadpack.allowFilter", "true")
    return commit(folder, files)


def commit(folder, files):
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Change files.")
    return git(folder, "rev-parse", "HEAD")
