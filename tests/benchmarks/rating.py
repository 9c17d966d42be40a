"""How fast rating is over measured usage: `python -m tests.benchmarks.rating`.

Prints milliseconds (medians) beside the machine's own floor, exact decimal multiplications per second, so that
figures of different machines can be compared.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from statistics import median
from time import perf_counter

from store.rating.catalog import Catalog
from store.rating.engine import rate
from store.rating.measure import Claims, Measurement, MeasureRequest, Usage
from store.rating.statement import Preview, Unmatched
from store.terms import time
from store.terms.book import Bundle
from store.usage.measure import EventUsage
from tests.books import BookStory, at, book, segment, tiers


class Remembered:
    """Usage measured once: the same request is answered from memory, as for a what-if."""

    def __init__(self, base: Usage) -> None:
        self._base = base
        self._answers: dict[MeasureRequest, Measurement] = {}

    def measure(self, request: MeasureRequest) -> Measurement:
        """The remembered answer, or the base's."""
        if request not in self._answers:
            self._answers[request] = self._base.measure(request)
        return self._answers[request]

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """Nothing: not what is timed."""
        return ()


def statement_of_twenty_lines() -> BookStory:
    """One month: sixteen products, four of them tiered, and a commit that pays some of them."""
    story = book()
    for k in range(16):
        price = tiers((20, 50), (80, 40), (None, 25)) if k % 8 == 0 else 3 + k
        story.sells(f"product {k:02}", price=price)
    story.contract(start="2025-01-01").commit("commit", segment(2_000, "2025-01-01", "2026-01-01"))
    for k in range(16):
        story.uses(f"product {k:02}", 90 + k)
    return story.seen("2025-01-31")


def year_of_windows() -> BookStory:
    """Twelve statements, four balances, and about fifty windows from price changes all through the year."""
    story = book()
    for k in range(4):
        story.sells(f"product {k}", price=10 + k)
    for month in range(1, 13):
        story.rate(f"product {month % 4}", 11 + month, start=f"2025-{month:02}-11")
    story.contract(start="2025-01-01", end="2026-01-01")
    for k in range(4):
        story.commit(f"commit {k}", segment(9_000, "2025-01-01", "2026-01-01"), priority=k)
    for month in range(1, 13):
        for k in range(4):
            story.uses(f"product {k}", 40, on=f"2025-{month:02}-05").uses(f"product {k}", 50, on=f"2025-{month:02}-20")
    return story.seen("2026-02-01")


def timed(story: BookStory, *, rounds: int = 50) -> tuple[float, Preview]:
    """Median milliseconds to rate a story over remembered usage."""
    bundle = story.bundle()
    catalog, usage = Catalog(bundle), Remembered(EventUsage(bundle.events, bundle))
    moment = bundle.as_of
    assert moment is not None
    preview = rate(bundle, usage, as_of=moment, catalog=catalog)
    return 1000 * _median(lambda: rate(bundle, usage, as_of=moment, catalog=catalog), rounds), preview


def _median(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return median(times)


def many_customers(customers: int) -> Bundle:
    """Customers of one card with a monthly statement of four products and a commit each."""
    story = book()
    for k in range(4):
        story.sells(f"product {k}", price=10 + k)
    for n in range(customers):
        story.customer(f"c{n}").contract(f"k{n}", start="2025-01-01")
        story.commit("commit", segment(1_000, "2025-01-01", "2026-01-01"))
        for k in range(4):
            story.uses(f"product {k}", 20 + n % 7)
    return story.seen("2025-01-31").bundle()


def batch(customers: int) -> tuple[int, float]:
    """Statements made and seconds taken for that many customers, on one core, usage measured beforehand."""
    bundle = many_customers(customers)
    catalog, usage = Catalog(bundle), Remembered(EventUsage(bundle.events, bundle))
    moment = time.instant(at("2025-01-31"))
    rate(bundle, usage, as_of=moment, catalog=catalog)
    start = perf_counter()
    preview = rate(bundle, usage, as_of=moment, catalog=catalog)
    return len(preview.statements), perf_counter() - start


def floor() -> float:
    """Exact decimal multiplications per second, in millions."""
    a, b, count = Decimal("123.456"), Decimal("0.95"), 200_000
    start = perf_counter()
    for _ in range(count):
        a * b
    return count / (perf_counter() - start) / 1e6


def main() -> None:
    """Print every figure."""
    say = sys.stdout.write
    say(f"floor: {floor():.1f} million decimal multiplications a second\n")
    for name, story, budget in (
        ("one statement of 20 lines", statement_of_twenty_lines(), 0.5),
        ("a year's chain", year_of_windows(), 15.0),
    ):
        took, preview = timed(story)
        lines = sum(len(s.lines) for s in preview.statements)
        say(f"{name}: {took:.2f} ms, {len(preview.statements)} statements, {lines} lines (budget {budget} ms)\n")
    with ProcessPoolExecutor(2) as pool:
        parts = list(pool.map(batch, (2000, 2000)))
    per_second = sum(count / took for count, took in parts)
    say(f"many customers on two cores: {per_second:.0f} statements a second (budget 8000)\n")


if __name__ == "__main__":
    main()
