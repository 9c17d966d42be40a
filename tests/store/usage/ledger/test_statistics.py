"""What the ledger holds, told by month, and what of it nobody takes."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import commands
from store.bundle import import_bundle, parse_bundle
from store.database import Store
from store.queries.usage_statistics import Counted, MonthUsage, any_counted, usage_statistics
from store.terms.catalog import BillableMetric
from store.usage.events import sees
from store.usage.ledger.compaction import GRACE, clear, compact
from store.usage.ledger.files import ledger_now, live_files
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
    found = usage_statistics(store)
    assert (found.unmetered, found.by_query) == ((), ("Written",))
    assert any_counted(found) == "Any event may be counted: Written is a metric in SQL"


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


def test_numbers_stay_right_after_late_events_other_aliases_merging_and_sweeping(store: Store) -> None:
    """What is told is what is there, whatever was done to the files in between."""
    customer = {"id": ACME, "name": "Acme", "ingest_aliases": ["acme"]}
    with store.work(by=BY, now=NOW) as work:
        import_bundle(work, parse_bundle({"customers": [customer]}, stored=True))
    late = datetime(2025, 1, 9, tzinfo=UTC)
    for k in range(6):
        accept(store, [event(k, of="acme"), event(100 + k, of="acme@x")])
    accept(
        store, [event(0), event(200, of="acme", at=late), event(300, of="nobody", at=datetime(2025, 2, 1, tzinfo=UTC))]
    )

    def told() -> tuple[object, ...]:
        found = usage_statistics(store)
        months = [(month.month, month.events, month.duplicates) for month in found.months]
        return months, found.unknown, found.unknown_events, found.unmetered

    expected = ([("2025-01", 13, 1), ("2025-02", 1, 0)], (Counted("acme@x", 6), Counted("nobody", 1)), 7)
    assert told() == (*expected, (Counted("call", 14),))
    (store.ledger.folder / "2025-01" / f"000000000099-00000000-{mark_of(store)}.parquet").write_bytes(b"left behind")
    assert compact(store, "2025-01", by=BY, now=NOW)
    clear(store, by=BY, now=NOW + 2 * GRACE)
    assert told() == (*expected, (Counted("call", 14),))
    assert len(list((store.ledger.folder / "2025-01").iterdir())) == len(live_files(store, ["2025-01"])) == 1
    with store.work(by=BY, now=NOW) as work:
        commands.set_ingest_aliases(work, customer_id=ACME, aliases=["acme", "acme@x"])
    assert told() == (expected[0], (Counted("nobody", 1),), 1, (Counted("call", 14),))


def mark_of(store: Store) -> str:
    """What the names of this ledger's files end with."""
    _, mark = ledger_now(store)
    return mark
