"""Garbage is looked for while nobody types: with a store and a rating loaded, one full look takes the time of ten keys.

Python looks whenever enough was made, which is in the middle of a word, and again and again at libraries that stay for
good. Here the full look waits until the keys rest, and what was loaded by the first rest after a rating is left out of
all later ones. Whoever never rests is looked after all the same, only seldom.
"""

from __future__ import annotations

import asyncio
import gc
import sys

REST = 1.0
"""Seconds without a key."""
THRESHOLDS = 2_000, 20, 50
"""Objects made before the young are looked at, looks before the middle-aged are, and looks before all are."""
YOUNG_LOOKS = 8
"""Looks at the young since the last full one that make another worth its time."""


def seldom() -> None:
    """Have Python look at everything only where nobody rests for very long."""
    gc.set_threshold(*THRESHOLDS)


class Collector:
    """Looks at everything once the keys rest."""

    def __init__(self) -> None:
        self._waiting: asyncio.TimerHandle | None = None
        self._settled = False

    def key(self) -> None:
        """A key came: the rest begins anew."""
        if self._waiting is not None:
            self._waiting.cancel()
        self._waiting = asyncio.get_running_loop().call_later(REST, self.rest)

    def rest(self) -> None:
        """Nobody types: look, where enough was made; what is loaded for good is never looked at again."""
        self._waiting = None
        _, young, middle = gc.get_count()
        if middle or young >= YOUNG_LOOKS:
            gc.collect()
            if not self._settled and "store.preview" in sys.modules:
                self._settled = True
                gc.freeze()
