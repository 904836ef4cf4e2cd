#!/usr/bin/env python3
"""Django's commands, and Callboard's own: ``manage.py serve`` is the same as ``callboard serve``."""

import sys

from config.cli import main

if __name__ == "__main__":
    sys.exit(main())
