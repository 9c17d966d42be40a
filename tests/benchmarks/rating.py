"""How long rating takes over measured usage, beside what decimals cost here: `python -m tests.benchmarks.rating`.

Prints medians. Figures of one run compare with each other, not with those of another machine or another hour.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median
from typing import Any

from store.bundle import parse_bundle
from store.preview import preview_bundle
from store.rating import report
from store.rating.catalog import Catalog
from store.rating.engine import rate
from store.rating.measure import Claims, Measurement, MeasureRequest, Usage
from store.rating.statement import Preview, Unmatched
from store.terms import document
from store.terms.time import instant
from store.usage.measure import EventUsage
from tests.books import BookStory, at, book, segment, tiers

BUNDLES = 300


class Remembered:
    """Usage that was measured once: what a ledger answers from memory."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._answers: dict[MeasureRequest, Measurement] = {}

    def measure(self, request: MeasureRequest) -> Measurement:
        """The answer, looked up."""
        if request not in self._answers:
            self._answers[request] = self._usage.measure(request)
        return self._answers[request]

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """What nobody takes, as measured."""
        return self._usage.unmatched(claims)


def statement_of_20_lines() -> BookStory:
    """One month of twenty flat products and three commits."""
    story = book()
    for k in range(20):
        story.sells(f"P{k}", price=7 + k, tags=[f"t{k % 3}"])
    story.contract()
    for k in range(3):
        story.commit(f"c{k}", segment(500, "2025-01-01", "2025-07-01"), priority=k)
    for k in range(20):
        story.uses(f"P{k}", 3, on="2025-01-05")
    return story.seen("2025-01-30")


def year_of_50_windows() -> BookStory:
    """Twelve statements of one contract: four products, prices and overrides that change, four balances."""
    story = book()
    for k in range(4):
        story.sells(f"P{k}", price=tiers((100, 50), (None, 30)) if k % 2 else 7)
        story.rate(f"P{k}", 9, start="2025-03-11")
    story.contract()
    for k in range(4):
        parts = segment(9_000, "2025-01-01", "2025-07-01"), segment(9_000, "2025-07-01", "2026-01-01")
        story.commit(f"c{k}", *parts, priority=k)
        story.multiplier("0.9", f"P{k}", start=f"2025-{k + 5:02}-15")
    for month in range(1, 13):
        for k in range(4):
            for day in (4, 13, 21):
                story.uses(f"P{k}", 60, on=f"2025-{month:02}-{day:02}")
    return story.seen("2026-01-01")


def timed(run: Callable[[], object], times: int) -> float:
    """The median of some runs, in milliseconds."""
    run()
    found = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return median(found) * 1_000


def rated(story: BookStory) -> Callable[[], Preview]:
    """Rating a story again and again over usage that was measured before."""
    bundle = story.bundle()
    usage, catalog = Remembered(EventUsage(bundle.events, bundle)), Catalog(bundle)
    moment = instant(at(story.payload["as_of"]))
    return lambda: rate(bundle, usage, as_of=moment, catalog=catalog)


def floor() -> float:
    """Millions of decimal multiplications a second."""
    a, b, n = Decimal("190.25"), Decimal("1563.157894736842"), 200_000
    start = time.perf_counter()
    for _ in range(n):
        a * b
    return n / (time.perf_counter() - start) / 1e6


def main() -> None:
    """Prints every figure."""
    small, year = rated(statement_of_20_lines()), rated(year_of_50_windows())
    text = document.write(statement_of_20_lines().payload)

    def one_bundle() -> Any:
        return document.write(report.as_json(preview_bundle(parse_bundle(document.read(text))), explain=False))

    told = [
        f"decimal multiplications   {floor():8.1f} million/s",
        f"statement of 20 lines     {timed(small, 300):8.2f} ms",
        f"year of 12 statements     {timed(year, 50):8.2f} ms   ({sum(len(s.lines) for s in year().statements)} lines)",
        f"bundles, text to text     {60_000 / timed(one_bundle, BUNDLES):8.0f} a minute",
    ]
    sys.stdout.write("\n".join(told) + "\n")


if __name__ == "__main__":
    main()
