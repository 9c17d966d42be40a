"""How fast rating is over measured usage: `python -m tests.benchmarks.rating`.

Prints medians beside the machine's own floor, exact decimal multiplications a second, measured before and after, and
beside a bare loop of the same arithmetic: figures of one run compare with each other, not with those of another machine
or another hour. All but one are of processor time, which others on the machine can spoil only so far; the exception is
how many statements two processes made in a second of the clock, which is told beside what two free cores would make.
"First" is a customer never seen before, whose terms are made ready on the way; "again" is the same one once more, as in
a what-if.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from statistics import median
from time import perf_counter, process_time

from store.batch import AT_ONCE
from store.bundle import parse_bundle
from store.preview import preview_bundle
from store.rating import report
from store.rating.catalog import Catalog
from store.rating.engine import rate
from store.rating.measure import Claims, Measurement, MeasureRequest, Usage
from store.rating.statement import Preview, Unmatched
from store.terms import document
from store.terms.book import Bundle
from store.usage.measure import EventUsage
from tests.books import BookStory, book, segment, tiers

CUSTOMERS = 2_000


class Remembered:
    """Usage measured once: asked again for the same chain, it answers from memory, as for a what-if."""

    def __init__(self, base: Usage) -> None:
        self._base = base
        self._answers: dict[tuple[str, str, str, tuple[str, ...]], Measurement] = {}

    def measure(self, request: MeasureRequest) -> Measurement:
        """The remembered answer, or the base's."""
        key = request.contract_id, request.product_id, request.metric_id, request.groups
        found = self._answers.get(key)
        if found is None:
            found = self._answers[key] = self._base.measure(request)
        return found

    def unmatched(self, claims: Claims) -> tuple[Unmatched, ...]:
        """Nothing: not what is timed."""
        return ()


def month(products: int) -> BookStory:
    """One month of so many products, every eighth in tiers of which three are reached, and a commit for some."""
    story = book()
    for k in range(products):
        price = tiers((20, 50), (80, 40), (None, 25)) if k % 8 == 0 else 3 + k
        story.sells(f"product {k:03}", price=price)
    story.contract(start="2025-01-01").commit("commit", segment(2_000, "2025-01-01", "2026-01-01"))
    for k in range(products):
        story.uses(f"product {k:03}", 90 + k)
    return story.seen("2025-01-31")


def year_of_windows() -> BookStory:
    """Twelve statements, four balances, and some fifty windows from prices and overrides that change all year."""
    story = book()
    for k in range(4):
        story.sells(f"product {k}", price=tiers((100, 50), (None, 30)) if k % 2 else 10 + k)
    for month_ in range(1, 13):
        story.rate(f"product {month_ % 4}", 11 + month_, start=f"2025-{month_:02}-11")
    story.contract(start="2025-01-01", end="2026-01-01")
    for k in range(4):
        story.commit(f"commit {k}", segment(9_000, "2025-01-01", "2026-01-01"), priority=k)
        story.multiplier("0.9", f"product {k}", start=f"2025-{k + 5:02}-15")
    for month_ in range(1, 13):
        for k in range(4):
            on = f"2025-{month_:02}"
            story.uses(f"product {k}", 40, on=f"{on}-05").uses(f"product {k}", 50, on=f"{on}-20")
    return story.seen("2026-02-01")


def many_customers(customers: int) -> Bundle:
    """Customers of one card with a monthly statement of four products and a commit each."""
    story = book()
    for k in range(4):
        story.sells(f"product {k}", price=10 + k)
    for n in range(customers):
        story.customer(f"c{n:06}").contract(f"k{n}", start="2025-01-01")
        story.commit("commit", segment(1_000, "2025-01-01", "2026-01-01"))
        for k in range(4):
            story.uses(f"product {k}", 20 + n % 7)
    return story.seen("2025-01-31").bundle()


class Rated:
    """A bundle to be rated over usage that was measured before."""

    def __init__(self, bundle: Bundle, *, customers: list[str] | None = None) -> None:
        assert bundle.as_of is not None
        self.bundle, self.moment, self.customers = bundle, bundle.as_of, customers
        self.usage, self.catalog = Remembered(EventUsage(bundle.events, bundle)), Catalog(bundle)
        self.again()

    def again(self) -> Preview:
        """Once more."""
        return rate(self.bundle, self.usage, as_of=self.moment, catalog=self.catalog, customers=self.customers)

    def first(self) -> Preview:
        """As if the customers had not been seen yet; the catalog was."""
        self.catalog.customer_terms.clear()
        return self.again()


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    """The median of some runs, in processor time."""
    work()
    times = []
    for _ in range(rounds):
        start = process_time()
        work()
        times.append(process_time() - start)
    return 1_000 * median(times)


def batch(customers: int) -> tuple[int, float, float]:
    """Statements made, and seconds and processor seconds taken for that many new customers; usage was measured.

    It goes as where many are rated: one after the other, what came out is let go, and garbage is collected by the
    chunk, without looking through what was there before.
    """
    bundle = many_customers(customers)
    ids = [c.id or "" for c in bundle.customers]
    ready = Rated(bundle, customers=ids)
    ready.catalog.customer_terms.clear()
    gc.collect()
    gc.freeze()
    gc.disable()
    made, start, used = 0, perf_counter(), process_time()
    for k, customer_id in enumerate(ids, 1):
        ready.customers = [customer_id]
        made += len(ready.again().statements)
        if k % AT_ONCE == 0:
            gc.collect()
    return made, perf_counter() - start, process_time() - used


def bare_loop(statements: int) -> float:
    """Statements a second of a loop that knows nothing but numbers: 20 lines each, paid by three commits in turn."""
    prices = [Decimal(3 + k) for k in range(20)]
    quantities = [Decimal(90 + k) for k in range(20)]
    start = process_time()
    for _ in range(statements):
        left, total = [Decimal(2_000), Decimal(5_000), Decimal(9_000)], Decimal(0)
        lines = []
        for price, quantity in zip(prices, quantities, strict=True):
            whole = rest = price * quantity
            for k, balance in enumerate(left):
                paid = min(rest, balance)
                left[k] = balance - paid
                rest -= paid
            total += rest
            lines.append((quantity, price, whole, rest))
    return statements / (process_time() - start)


def bundles_a_minute() -> float:
    """Small bundles from JSON text to JSON text, one after the other in one process."""
    text = document.write(month(8).payload)

    def one() -> str:
        return document.write(report.as_json(preview_bundle(parse_bundle(document.read(text))), explain=False))

    return 60_000 / milliseconds(one, 100)


def floor() -> float:
    """Exact decimal multiplications a second, in millions."""
    a, b, count = Decimal("123.456"), Decimal("0.95"), 200_000
    start = process_time()
    for _ in range(count):
        a * b
    return count / (process_time() - start) / 1e6


def told() -> Iterator[str]:
    """Every figure, one a line."""
    yield f"floor: {floor():.1f} million decimal multiplications a second"
    for name, story, budget in (
        ("one statement of 20 lines", month(16), 0.5),
        ("a year's chain", year_of_windows(), 15.0),
    ):
        ready = Rated(story.bundle())
        preview = ready.again()
        lines = sum(len(s.lines) for s in preview.statements)
        again, first = milliseconds(ready.again, 200), milliseconds(ready.first, 100)
        yield (
            f"{name}: {again:.2f} ms again, {first:.2f} ms first, "
            f"{len(preview.statements)} statement(s), {lines} lines (budget {budget} ms)"
        )
    few, much = milliseconds(Rated(month(20).bundle()).first, 50), milliseconds(Rated(month(200).bundle()).first, 20)
    yield f"ten times the products: {much / few:.1f} times as long"
    alone = milliseconds(Rated(many_customers(1)).first, 100)
    among = milliseconds(Rated(many_customers(CUSTOMERS), customers=["c001000"]).first, 100)
    yield f"one customer among {CUSTOMERS}: {among / alone:.2f} times as long as alone"
    bare = bare_loop(10_000)
    yield f"bare loop over the same numbers: {bare:.0f} statements a second on one core"
    with ProcessPoolExecutor(2) as pool:
        parts = list(pool.map(batch, (CUSTOMERS, CUSTOMERS)))
    made, used = sum(n for n, _, _ in parts), sum(cpu for _, _, cpu in parts)
    yield (
        f"new customers, two processes: {sum(n / took for n, took, _ in parts):.0f} statements a second as it was, "
        f"{2 * made / used:.0f} on two free cores (budget 8000): {1e6 * used / made:.0f} µs each"
    )
    yield f"bundles, text to text: {bundles_a_minute():.0f} a minute"
    yield f"floor: {floor():.1f} million decimal multiplications a second"


def main() -> None:
    """Print every figure."""
    for line in told():
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
