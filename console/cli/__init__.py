"""The command line: one small function per command, no business rule.

Machine formats go to standard output alone; progress, notes and refusals go to standard error.
"""

from __future__ import annotations

from console.cli.edge import run

__all__ = ["run"]
