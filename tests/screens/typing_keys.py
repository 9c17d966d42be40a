"""Typing as an operator does, and waiting until the screen has come to rest."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot

from tests.screens.idle import type_at_once

ASKING = ("pick", "term", "leave", "usage", "save", "edit")
"""Workers that wait for an answer of the operator's, not for a machine."""


async def rest(pilot: Pilot[Any]) -> None:
    """Until nothing is being computed: dialogs that wait for an answer do not count."""
    for _ in range(60):
        await pilot.pause()
        busy = [w for w in pilot.app.workers if w.is_running and w.group.rpartition("-")[2] not in ASKING]
        if busy:  # an empty list would mean all of them
            await pilot.app.workers.wait_for_complete(busy)
        fresh = getattr(pilot.app.screen, "fresh", None)
        if not busy and (fresh is None or fresh.is_set()):
            break
    await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys; what begins with a space is typed as a text, all letters at once (` 10k`)."""
    for key in keys:
        if key[0] == " ":
            await type_at_once(pilot.app, key[1:])
        else:
            await pilot.press(key)
        pilot.app.screen._on_timer_update()
