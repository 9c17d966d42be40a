"""The files that go with a copy of a store: linked where the disk can, copied where it cannot; they never change."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path


def copy_files(paths: Iterable[str], source: Path, target: Path) -> None:
    """Puts files, named by their paths within a ledger's folder, into another one's; those it has already stay.

    Raises `FileNotFoundError` where one is missing, another OSError where the disk does not take them.
    """
    for path in paths:
        wanted = target / path
        if not wanted.exists():
            wanted.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _link(source / path, wanted)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one that knows no links
        shutil.copy2(source, target)
