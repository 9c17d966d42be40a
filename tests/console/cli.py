"""The public command line, called as a shell would, with what it printed."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import simplejson

from console.cli import run


@dataclass(frozen=True)
class Outcome:
    """What a command left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON with exact decimals."""
        return simplejson.loads(self.out, use_decimal=True, parse_int=Decimal)


def termsheet(*arguments: object, stdin: str = "") -> Outcome:
    """Run `termsheet` with these arguments."""
    out, err = io.StringIO(), io.StringIO()
    source = io.TextIOWrapper(io.BytesIO(stdin.encode()))
    with patch.object(sys, "stdout", out), patch.object(sys, "stderr", err), patch.object(sys, "stdin", source):
        code = run([str(a) for a in arguments])
    return Outcome(code, out.getvalue(), err.getvalue())
