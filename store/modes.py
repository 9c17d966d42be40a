"""Who may use what is made in a folder: whoever makes it, alone; in a folder that is a group's, the group.

A folder is a group's when it lets its group write and hands the group on (`chmod g+ws`). The umask has no say in it.
"""

from __future__ import annotations

import stat
from pathlib import Path


def shared(folder: Path) -> bool:
    """Whether the folder is a group's."""
    try:
        mode = folder.stat().st_mode
    except OSError:
        return False
    return bool(mode & stat.S_ISGID and mode & stat.S_IWGRP)


def file_mode(folder: Path) -> int:
    """The mode of files in the folder."""
    return 0o660 if shared(folder) else 0o600


def make_folder(folder: Path) -> None:
    """Makes a folder, and those above it that are missing; one that is there stays as it is."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        if shared(each.parent):
            each.chmod(0o2770)
