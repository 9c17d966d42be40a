"""The files that go with a copy of a store: linked where the disk can, copied where it cannot; they never change."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from store.modes import file_mode, make_folder


def copy_files(paths: Iterable[str], source: Path, target: Path) -> None:
    """Puts files, named by their paths within a ledger's folder, into another one's; those it has already stay.

    Raises `FileNotFoundError` where one is missing, another OSError where the disk does not take them.
    """
    for path in paths:
        wanted = target / path
        if not wanted.exists():
            make_folder(wanted.parent)
            _link(source / path, wanted)


def leave_to(copy: Path, paths: Iterable[str], folder: Path) -> None:
    """Removes files from a ledger's folder that are in the folder of a copy as well; what stands in the way is left."""
    for path in paths:
        if (copy / path).exists():
            with suppress(OSError):
                (folder / path).unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    mode = file_mode(target.parent)
    try:
        if stat.S_IMODE(source.stat().st_mode) != mode:  # a link would have the mode of the source
            raise PermissionError
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one that knows no links
        shutil.copy2(source, target)
        target.chmod(mode)
