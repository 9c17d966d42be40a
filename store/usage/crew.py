"""Making parts of a file ready in other processes, while this one takes in what is ready; in order, a few ahead."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing.util import Finalize
from typing import TypeVar

from store.errors import TermsheetError

T = TypeVar("T")
R = TypeVar("R")
MOST = 6
"""More processes than this would only wait for the one that takes in."""


def ahead(work: Callable[[T], R], parts: Iterator[T], *, processes: int | None = None) -> Iterator[tuple[T, R]]:
    """Each part with what `work` made of it, in order; one part alone is done here, more by other processes.

    What the parts' iterator raises is raised after everything before it was handed out.
    """
    first = list(islice(parts, 1))
    second, fault = _next(parts) if first else (None, None)
    if second is None:
        yield from ((part, work(part)) for part in first)
        if fault:
            raise fault
        return
    count = processes or max(1, min(MOST, len(os.sched_getaffinity(0)) - 1))
    context = multiprocessing.get_context("spawn")  # a fork would inherit DuckDB's threads half alive
    rest = chain(first, [second], parts)
    waiting: deque[tuple[T, Future[R]]] = deque()
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_begin)
    try:
        while True:
            while fault is None and len(waiting) < count + 2:
                part, fault = _next(rest)
                if part is None:
                    break
                waiting.append((part, pool.submit(work, part)))
            if not waiting:
                break
            part, made = waiting.popleft()
            yield part, made.result()
    except BrokenProcessPool:
        raise TermsheetError(
            "a process that reads events was stopped; what was accepted stays", hint="run it again"
        ) from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    if fault:
        raise fault


def _next(parts: Iterator[T]) -> tuple[T | None, TermsheetError | None]:
    try:
        return next(parts, None), None
    except TermsheetError as error:
        return None, error


def _begin() -> None:
    """In each process: interrupts are its parent's business, and it ends when the parent does, without last words."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()  # rows refer to nothing in circles
    Finalize(None, os._exit, args=(0,), exitpriority=-1)  # DuckDB would list what it did not free on standard error
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
