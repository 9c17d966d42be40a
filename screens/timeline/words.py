"""Who takes what, in plain words; each sentence with a tone, so that the screen needs no rule of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screens.widgets import when
from store.terms.routing import Route, Stretch, Usage, Values
from store.terms.time import DISTANT_FUTURE, Span

SHOWN = 6
"""Values named in one sentence; the others are counted."""


@dataclass(frozen=True)
class Said:
    """A sentence: its tone and its text."""

    tone: str
    text: str
    count: str = ""
    """How much usage that is, where it was seen."""
    was: str = ""
    """Where the same usage goes without the proposed change, if that is elsewhere."""


@dataclass(frozen=True)
class Paragraph:
    """What holds during one stretch of time."""

    span: Span
    said: tuple[Said, ...]

    @property
    def title(self) -> str:
        """`From 2025-01-01 on`, or the range."""
        if self.span.end == DISTANT_FUTURE:
            return f"From {when.shown(self.span.start)} on"
        return f"{when.shown(self.span.start)} → {when.shown(self.span.end)}"


def paragraph(stretch: Stretch, names: Mapping[str, str], before: Stretch | None = None) -> Paragraph:
    """The sentences of a stretch: what is taken once, what twice, what by nobody, and what becomes of anything else.

    With the same time `before` a proposed change, each sentence that is new says what was.
    """
    groups: dict[tuple[bool, bool, tuple[str, ...], str], list[Route]] = {}
    for route in stretch.routes:
        if route.contracts or route.ever:
            lacking = all(value is None for value in route.values) and not route.contracts and bool(stretch.keys)
            key = (route.twice, lacking, route.contracts, _was(route, before, names))
            groups.setdefault(key, []).append(route)
    found = sorted(groups.items(), key=lambda item: (not item[0][2], item[0][0], item[0][1]))
    said = [_sentence(stretch, routes, names, was) for (_, _, _, was), routes in found]
    if not stretch.keys and said:
        return Paragraph(stretch.span, tuple(said))  # all usage is said already
    return Paragraph(stretch.span, (*said, _rest(stretch, names)))


def _was(route: Route, before: Stretch | None, names: Mapping[str, str]) -> str:
    """Where this usage went before, in words; empty where it goes there still."""
    if before is None:
        return ""
    old = next((r for r in before.routes if r.values == route.values), None)
    takers = old.contracts if old is not None else before.open
    if takers == route.contracts:
        return ""
    return _and([names[c] for c in takers]) if takers else "no contract"


def _sentence(stretch: Stretch, routes: list[Route], names: Mapping[str, str], was: str) -> Said:
    """Routes that go to the same contracts, and went to the same before."""
    values, takers = _values(stretch.keys, routes), routes[0].contracts
    now, ever = sum(r.events for r in routes), sum(r.ever for r in routes)
    count = f" · {counted(now)}" if now else ""
    if not takers:
        text = f"{values} → no contract" + ("" if now else f" (seen at other times: {counted(ever)})")
        return Said("bad" if now else "info", text, count, was)
    whose = _and([names[c] for c in takers])
    if routes[0].twice:
        return Said("warn", f"{values} → {whose}: billed {_times(len(takers))}", count, was)
    alone = "" if len(takers) == 1 else ", which price no product in common"
    return Said("good", f"{values} → {whose}{alone}", count, was)


def _rest(stretch: Stretch, names: Mapping[str, str]) -> Said:
    """What becomes of usage that no sentence names."""
    if not stretch.active:
        return Said("info", "No contract runs: whatever comes in is billed by nobody.")
    if stretch.open:
        whose, rest = _and([names[c] for c in stretch.open]), " else" if stretch.keys else ""
        return Said("warn" if len(stretch.open) > 1 else "good", f"Everything{rest} → {whose}, without a filter")
    told = {k for k in range(len(stretch.keys)) if any(r.values[k] is None and r.ever for r in stretch.routes)}
    lacking = [f"events without {key}" for k, key in enumerate(stretch.keys) if k not in told]
    also = f", and {_and(lacking)}," if lacking else ""
    return Said("info", f"Any other value{also} would go to no contract.")


def _values(keys: Sequence[str], routes: Sequence[Route]) -> str:
    """`region US and EU`, `events without region`, `region US with team A`."""
    if not keys:
        return "All usage"
    if len(keys) == 1:
        named = [route.values[0] for route in routes if route.values[0] is not None]
        parts = [f"{keys[0]} {_and(_few(named))}"] if named else []
        if len(named) < len(routes):
            parts.append(f"events without {keys[0]}")
        return _and(parts)
    return "; ".join(_few([_combined(keys, route.values) for route in routes]))


def _combined(keys: Sequence[str], values: Values) -> str:
    pairs = zip(keys, values, strict=True)
    return " with ".join(f"{key} {value}" if value is not None else f"no {key}" for key, value in pairs)


def _few(values: Sequence[str]) -> list[str]:
    shown = [value if value.strip() else f"“{value}”" for value in values[:SHOWN]]
    return shown if len(values) <= SHOWN else [*shown, f"{len(values) - SHOWN} more"]


def counted(events: int) -> str:
    """`1 event`, `1,204 events`."""
    return f"{events:,} event" + ("" if events == 1 else "s")


def _times(n: int) -> str:
    return {2: "twice", 3: "three times"}.get(n, f"{n} times")


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + (f" and {parts[-1]}" if parts else "")


def verdict(stretch: Stretch) -> tuple[str, str]:
    """A stretch in two words for its place on the line: text and tone."""
    if not stretch.active:
        return "no contract", "bad" if stretch.untaken else "muted"
    parts = []
    if stretch.twice:
        parts.append("▲ twice: " + _short(stretch.twice))
    lost = [r for r in stretch.untaken if r.events]
    if lost:
        parts.append("○ untaken: " + _short(lost))
    if parts:
        return " ".join(parts), "warn" if stretch.twice else "bad"
    return "✓ each once", "good"


def _short(routes: Sequence[Route]) -> str:
    words = ["/".join("without" if v is None else v for v in r.values) or "all" for r in routes]
    return ", ".join(words[:3]) + (f" +{len(words) - 3}" if len(words) > 3 else "")


def summary(found: Sequence[Stretch], usage: Usage) -> tuple[str, str]:
    """The whole line in one sentence for the notice line: text and tone."""
    twice = [s for s in found if s.twice]
    lost = sum(r.events for s in found for r in s.untaken)
    if twice:
        more = f" (and {len(twice) - 1} more times)" if len(twice) > 1 else ""
        return f"Some usage is billed twice from {when.shown(twice[0].span.start)} on{more}.", "warn"
    if lost:
        return f"{lost:,} of the events seen {'goes' if lost == 1 else 'go'} to no contract.", "warn"
    total = sum(s.events for s in usage.seen)
    return (f"Each of the {counted(total)} seen goes to one contract.", "good") if total else ("", "")
