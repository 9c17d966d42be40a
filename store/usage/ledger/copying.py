"""The files that go with a copy of a store: linked where the disk can, copied where it cannot; they never change."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import StoreUnavailable
from store.usage.ledger.files import live_files
from store.usage.ledger.ledger import Ledger
from store.usage.ledger.writing import disk_faults

if TYPE_CHECKING:
    from store.database import Store


def copy_files(copy: Store, source: Ledger) -> int:
    """Puts the files that a copied store counts into its own folder; how many there are.

    Raises `StoreUnavailable` where one is missing, or the disk does not take them.
    """
    files = live_files(copy)
    if files and copy.ledger.folder != source.folder:
        with disk_faults(copy.ledger):
            copy.ledger.prepare()
            for file in files:
                target = Path(file.path)
                target.parent.mkdir(mode=0o700, exist_ok=True)
                _link(source.folder / target.relative_to(copy.ledger.folder), target)
    return len(files)


def _link(source: Path, target: Path) -> None:
    if target.exists():
        return
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise StoreUnavailable(f"the usage file {source} is missing") from None
    except OSError:  # another disk, or one that knows no links
        shutil.copy2(source, target)
