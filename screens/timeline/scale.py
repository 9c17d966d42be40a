"""Time on a line of terminal cells: where an instant stands, and which marks the axis bears."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from dateutil.relativedelta import relativedelta

NARROWEST = timedelta(days=2)
WIDEST = timedelta(days=366 * 200)

_STEPS = (
    (relativedelta(days=1), 8), (relativedelta(days=7), 8), (relativedelta(months=1), 8), (relativedelta(months=3), 9),
    (relativedelta(months=6), 9), (relativedelta(years=1), 6), (relativedelta(years=5), 6),
    (relativedelta(years=25), 6),
)  # fmt: skip
"""Steps of the axis, and the cells that the label of each needs with its mark and a gap."""


@dataclass(frozen=True, slots=True)
class Scale:
    """`start` to `end` on so many cells."""

    start: datetime
    end: datetime
    cells: int

    @property
    def length(self) -> timedelta:
        """The time that is shown."""
        return self.end - self.start

    def x(self, moment: datetime) -> int:
        """The cell in which an instant lies: below 0 before the start, `cells` and more after the end."""
        return (moment - self.start) * self.cells // self.length

    def moment(self, x: int) -> datetime:
        """The instant in the middle of a cell."""
        return self.start + self.length * (2 * x + 1) / (2 * self.cells)

    def fit(self, cells: int) -> Scale:
        """The same time on another width."""
        return replace(self, cells=max(1, cells))

    def zoom(self, factor: float, around: datetime) -> Scale:
        """More time (factor above 1) or less, `around` staying where it is."""
        length = min(WIDEST, max(NARROWEST, self.length * factor))
        share = (around - self.start) / self.length if self.start <= around <= self.end else 0.5
        return self._at(around - length * share, length)

    def pan(self, share: float) -> Scale:
        """Moved by that share of its length."""
        return self._at(self.start + self.length * share, self.length)

    def showing(self, start: datetime, end: datetime) -> Scale:
        """Moved, no further than needed, so that as much of that time as possible is in it; its start above all."""
        if end <= self.start or start > self.end - self.length / 16:
            return self._at(start - self.length / 8, self.length)
        if start < self.start and end < self.start + self.length / 8:
            return self._at(start - self.length / 8, self.length)
        return self

    def _at(self, start: datetime, length: timedelta) -> Scale:
        low, high = datetime(1990, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
        start = min(max(start, low), high)
        return replace(self, start=start, end=start + length)

    def ticks(self) -> tuple[tuple[int, str], ...]:
        """The axis: cell and label of each mark, far enough apart to be read."""
        step = next((s for s, needed in _STEPS if self._cells_of(s) >= needed), _STEPS[-1][0])
        moment, found = _aligned(self.start, step), list[tuple[int, str]]()
        while moment < self.end and len(found) <= self.cells:
            x = self.x(moment)
            if x >= 0 and (not found or x > found[-1][0] + len(found[-1][1])):
                found.append((x, _label(moment, step)))
            moment = moment + step
        return tuple(found)

    def _cells_of(self, step: relativedelta) -> float:
        return float((self.start + step - self.start) / self.length * self.cells)


def _aligned(moment: datetime, step: relativedelta) -> datetime:
    """The last mark at or before an instant."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    if step.days:
        return day - timedelta(days=day.weekday() if step.days == 7 else 0)
    if step.months:
        return day.replace(day=1, month=(day.month - 1) // step.months * step.months + 1)
    return day.replace(day=1, month=1, year=max(1, day.year // step.years * step.years))


def _label(moment: datetime, step: relativedelta) -> str:
    if step.days:
        return f"{moment:%b %d}" if moment.day > 7 or step.days == 7 or moment.day != 1 else f"{moment:%Y-%m}"
    if step.months == 1:
        return f"{moment:%Y-%m}" if moment.month == 1 else f"{moment:%b}"
    if step.months in (3, 6):
        return f"{moment:%Y-%m}"
    return f"{moment:%Y}"
