"""CODEOWNERS files as their hosts understand them: which owners a path of a repository has, and by which line."""

from integrations.codeowners.find import find_codeowners, parse_codeowners
from integrations.codeowners.model import CodeOwners, Dialect, Fault, Rule
from integrations.codeowners.owners import NamedOwner, parse_owner

__all__ = [
    "CodeOwners",
    "Dialect",
    "Fault",
    "NamedOwner",
    "Rule",
    "find_codeowners",
    "parse_codeowners",
    "parse_owner",
]
