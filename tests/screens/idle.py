"""When a screen has come to rest, told from the event loop itself.

Textual's own test pilot guesses it from the use of the processor: three pauses of a fiftieth of a second for every key.
Here a key is done when nothing is runnable, no timer is about to fire and no thread is at work. The only place in the
tests that knows the insides of asyncio and of Textual's pilot.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import pytest
import textual.app
import textual.pilot
from textual import events
from textual.app import App
from textual.keys import _character_to_key

SOON = 0.02
"""Seconds within which a timer counts as part of what is going on."""
ROUNDS = 3
"""Looks in a row that find nothing to do."""


async def wait_for_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """As Textual's function of that name, without guessing."""
    loop: Any = asyncio.get_running_loop()
    start, quiet = monotonic(), 0
    while quiet < ROUNDS and monotonic() - start < max_sleep:
        await asyncio.sleep(0)
        quiet += 1
        if loop._ready:
            quiet = 0
            continue
        due = min((handle.when() for handle in loop._scheduled if not handle.cancelled()), default=None)
        if due is not None and due - loop.time() < SOON:
            quiet = 0
            await asyncio.sleep(max(0.0, due - loop.time()))
        elif _computing(loop._default_executor):
            quiet = 0
            await asyncio.sleep(0.001)


def _computing(executor: ThreadPoolExecutor | None) -> bool:
    """Whether a thread worker is running or waits for its turn."""
    if executor is None:
        return False
    held: Any = executor
    return not held._work_queue.empty() or held._idle_semaphore._value < len(held._threads)


@pytest.fixture(autouse=True)
def told_by_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pilot waits until the loop has nothing to do."""
    monkeypatch.setattr(textual.app, "wait_for_idle", wait_for_idle)
    monkeypatch.setattr(textual.pilot, "wait_for_idle", wait_for_idle)


async def type_at_once(app: App[Any], text: str) -> None:
    """Type a text as quick fingers do: every letter is there before the first has had its effect."""
    driver: Any = app._driver
    for letter in text:
        key = letter if letter.isalnum() else _character_to_key(letter)
        event = events.Key(key, letter)
        event.set_sender(app)
        driver.send_message(event)
    await wait_for_idle()
