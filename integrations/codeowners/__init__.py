"""CODEOWNERS files as their hosts understand them: which owners a path of a repository has, and by which line."""

from integrations.codeowners.find import find_codeowners, parse_codeowners
from integrations.codeowners.model import CodeOwners, Dialect, Fault, Rule

__all__ = ["CodeOwners", "Dialect", "Fault", "Rule", "find_codeowners", "parse_codeowners"]
