"""
Taking secrets out of everything that is shown: the only way to events, logs, errors and audit lines.

    redactor = Redactor(["hunter2"])
    redactor.redact("https://me:hunter2@git.example")     # 'https://me:***@git.example'
"""

from scaffolder.redaction.redactor import HIDDEN, Redactor

__all__ = ["HIDDEN", "Redactor"]
