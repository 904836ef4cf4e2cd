"""The code hosts and stores of ``integrations.*``: one file each, with what is special about its URLs and tokens."""

from integrations.scm.integration import ScmIntegration

__all__ = ["ScmIntegration"]
