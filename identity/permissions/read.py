"""Reads the policy from app-config, or from a file of its own that it names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from catalog import access as catalog_access
from common.app_config import AppConfig
from common.app_config.config import Source
from common.app_config.error import ConfigError
from common.app_config.yaml_file import parse_yaml
from common.permissions import AllowAll, Policy
from identity.permissions.policy import RulePolicy
from identity.permissions.rule import PolicyRule, read_rule
from identity.settings import IdentitySettings
from scaffolder import access as scaffolder_access

SECTION = "callboard.permission"
MAX_RULES = 10_000
MAX_BYTES = 4 * 1024 * 1024
UNLISTED = (catalog_access.READ_UNPROCESSED, catalog_access.DELETE_UNPROCESSED)
OURS = (*catalog_access.PERMISSIONS, *scaffolder_access.PERMISSIONS, *UNLISTED)
KNOWN = tuple(permission.name for permission in OURS)


def read_policy(config: AppConfig) -> Policy:
    """
    Everybody may do everything unless ``permission.enabled`` is true and there are rules, or a default.

    Raises ConfigError with the file, key, value and what was expected, also if it is not enabled.
    """
    found = read_rule_policy(config)
    return found if found and config.boolean("permission.enabled", False) else AllowAll()


def read_rule_policy(config: AppConfig) -> RulePolicy | None:
    """The policy that is written down, enabled or not; None if there is none."""
    section = config.section(SECTION)
    rules = (*_read_inline(section), *_read_file(section))
    if len(rules) > MAX_RULES:
        raise section.error("rules", f"at most {MAX_RULES} rules")
    default = section.string("default")
    if default not in (None, "allow", "deny"):
        raise section.error("default", "'allow' or 'deny'")
    if not rules and default is None:
        return None
    guest = IdentitySettings.from_app_config(config).guest
    return RulePolicy(rules, allows_by_default=default == "allow", guest_ref=guest.user_ref if guest else "")


def _read_inline(section: AppConfig) -> tuple[PolicyRule, ...]:
    source = section.error("rules", "").message.partition(":")[0]
    found = section.sections("rules")
    return tuple(read_rule(rule, f"{source}: {SECTION}.rules[{number}]", KNOWN) for number, rule in enumerate(found))


def _read_file(section: AppConfig) -> tuple[PolicyRule, ...]:
    name = section.string("policyFile")
    if name is None:
        return ()
    path = Path(section.base_dir("policyFile"), name)
    try:
        data = path.read_bytes()
        if len(data) > MAX_BYTES:
            raise section.error("policyFile", f"a file of at most {MAX_BYTES} bytes")
        text = data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise section.error("policyFile", f"a file that can be read as UTF-8 ({error})") from None
    content = parse_yaml(text, file=name)
    if not isinstance(content, dict) or set(content) != {"rules"}:
        raise ConfigError(f"{name}: rules: expected an object with the one key 'rules', a list of rules")
    file = AppConfig.from_sources([Source(name, path.parent, content)])
    lines = find_lines(text)
    return tuple(
        read_rule(rule, f"{name}:{line}", KNOWN) for rule, line in zip(file.sections("rules"), lines, strict=True)
    )


def find_lines(text: str) -> Sequence[int]:
    """The line of each rule in a file that was read before."""
    root: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    rules = next(value for key, value in root.value if key.value == "rules")
    return [rule.start_mark.line + 1 for rule in rules.value] if isinstance(rules, yaml.SequenceNode) else []
