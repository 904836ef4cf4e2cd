"""Every key of app-config that the code reads stands in docs/configuration.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGES = (
    "common",
    "integrations",
    "catalog",
    "scaffolder",
    "comms",
    "docs_site",
    "ownership",
    "portal",
    "identity",
    "config",
    "mcp_actions",
    "search",
)
SECTIONS = (
    "app",
    "backend",
    "catalog",
    "integrations",
    "scaffolder",
    "auth",
    "permission",
    "search",
    "techdocs",
    "notifications",
    "callboard",
    "mcpActions",
)
GETTERS = {"string", "integer", "boolean", "duration", "string_list", "section", "sections", "has", "base_dir", "error"}
# Readers built on the getters; the key is their second argument.
READERS = {"read_url", "read_secret", "_one_or_more", "_read_names", "_natural", "_filter"}
MAYBE_DICT = {"get"}


def documented() -> set[str]:
    """The keys of the first columns, without the ``[]`` of lists."""
    rows = re.findall(r"^\| (`[^|]*`) \|", (ROOT / "docs" / "configuration.md").read_text(), re.M)
    return {key.replace("[]", "") for row in rows for key in re.findall(r"`([^`]+)`", row)}


def keys_read() -> Iterator[tuple[str, str]]:
    """File and key of each call that reads one, where the key is a literal or a constant of the file."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text())
            constants = {
                target.id: node.value.value
                for node in tree.body
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and (key := key_of(node, constants)):
                    yield str(path.relative_to(ROOT)), key


def key_of(call: ast.Call, constants: dict[str, object]) -> str | None:
    if isinstance(call.func, ast.Attribute) and call.func.attr in GETTERS | MAYBE_DICT:
        position, is_sure = 0, call.func.attr in GETTERS
    elif isinstance(call.func, ast.Name) and call.func.id in READERS:
        position, is_sure = 1, True
    else:
        return None
    if len(call.args) <= position:
        return None
    argument = call.args[position]
    key = constants.get(argument.id) if isinstance(argument, ast.Name) else getattr(argument, "value", None)
    if not isinstance(key, str) or not re.fullmatch(r"[a-zA-Z]+(\.[a-zA-Z]+)*", key):
        return None
    return key if is_sure or is_full(key) else None


def is_full(key: str) -> bool:
    return "." in key and key.split(".")[0] in SECTIONS


def is_documented(key: str, known: set[str]) -> bool:
    """A whole key, or a section of some; a key below a section by its own name."""
    if is_full(key):
        return any(name == key or name.startswith(f"{key}.") for name in known)
    return any(f".{name}.".find(f".{key}.") >= 0 for name in known)


def test_every_key_that_is_read_is_documented():
    known = documented()
    missing = {f"{key} ({file})" for file, key in keys_read() if not is_documented(key, known)}
    assert missing == set()


def test_the_search_finds_keys_at_all():
    found = {key for _, key in keys_read()}
    assert {"backend.baseUrl", "catalog.rules", "auth.providers.guest", "options.token", "apiBaseUrl"} <= found
