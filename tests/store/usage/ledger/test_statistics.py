"""What the ledger holds, told by month, and what of it nobody takes."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import commands
from store.bundle import import_bundle, parse_bundle
from store.database import Store
from store.queries.usage_statistics import Counted, MonthUsage, usage_statistics
from store.terms.catalog import BillableMetric
from store.usage.events import sees
from store.usage.ledger.files import live_files
from tests.store.usage.ledger.feed import BY, NOW, accept, event

ACME = "13117714-3f05-48e5-a6e9-a66093f13b4d"


def test_an_empty_ledger_says_so(store: Store) -> None:
    found = usage_statistics(store)
    assert (found.months, found.events, found.unknown, found.unmetered) == ((), 0, (), ())


def test_events_are_told_by_month_with_those_sent_again_and_unknown_aliases(store: Store) -> None:
    with store.work(by=BY, now=NOW) as work:
        import_bundle(
            work,
            parse_bundle({"customers": [{"id": ACME, "name": "Acme", "ingest_aliases": ["acme"]}]}, stored=True),
        )
    later = event(4, of="nobody", at=datetime(2025, 2, 1, tzinfo=UTC))
    accept(store, [event(1), event(2, of=ACME), event(3, of="nobody"), later])
    accept(store, [event(2), event(2), later])
    found = usage_statistics(store)
    sizes = [file.bytes for file in live_files(store)]
    assert found.months == (MonthUsage("2025-01", 3, 2, 1, sizes[0]), MonthUsage("2025-02", 1, 1, 1, sizes[1]))
    assert (found.events, found.duplicates, found.files, found.bytes) == (4, 3, 2, sum(sizes))
    assert (found.unknown, found.unknown_aliases, found.unknown_events) == ((Counted("nobody", 2),), 1, 2)
    assert found.unmetered == (Counted("call", 4),)


def test_a_metric_in_sql_may_count_any_event(store: Store) -> None:
    accept(store, [event(1)])
    assert usage_statistics(store).unmetered == (Counted("call", 1),)
    with store.work(by=BY, now=NOW) as work:
        metric = {"name": "Written", "sql": "SELECT count(*) AS value FROM events"}
        commands.create_metric(work, request=BillableMetric.model_validate(metric))
    assert usage_statistics(store).unmetered == ()


NAMES, VALUES = st.sampled_from(["a", 'q"uo/te', "~n"]), st.sampled_from(["", "x", "1", "né"])
PROPERTIES = st.dictionaries(NAMES, VALUES, max_size=3)


@st.composite
def metrics(draw: st.DrawFn) -> dict[str, object]:
    """A metric's payload with any filters."""
    kinds = draw(st.sampled_from([None, {"in_values": ["call", "x"]}, {"not_in_values": ["call"]}]))
    some = st.lists(VALUES, min_size=1, max_size=2)
    filters: list[dict[str, object]] = []
    for name in draw(st.lists(NAMES, unique=True, max_size=2)):
        rule = draw(st.sampled_from(["exists", "absent", "in", "not"]))
        rules: dict[str, dict[str, object]] = {
            "exists": {"exists": True}, "absent": {"exists": False}, "in": {"in_values": draw(some)},
            "not": {"not_in_values": draw(some)},
        }  # fmt: skip
        filters.append({"name": name, **rules[rule]})
    return {"name": "m", "event_type_filter": kinds, "property_filters": filters or None, "aggregation_type": "COUNT"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(asked=st.lists(metrics(), min_size=1, max_size=2), sent=st.lists(PROPERTIES, min_size=1, max_size=6))
def test_unmetered_is_what_no_metric_sees(
    asked: list[dict[str, object]], sent: list[dict[str, str]], tmp_path_factory: object
) -> None:
    store = Store.open(str(tmp_path_factory.mktemp("law") / "book.db"))  # type: ignore[attr-defined]
    made = [BillableMetric.model_validate(payload) for payload in asked]
    with store.work(by=BY, now=NOW) as work:
        for metric in made:
            commands.create_metric(work, request=metric)
    events = [event(k).model_copy(update={"properties": properties}) for k, properties in enumerate(sent)]
    accept(store, events)
    left = sum(1 for each in events if not any(sees(metric, each) for metric in made))
    assert usage_statistics(store).unmetered == ((Counted("call", left),) if left else ())
    store.close()
