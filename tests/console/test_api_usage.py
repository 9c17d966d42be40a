"""Usage as it was measured, and what events would cost that nobody stores."""

from __future__ import annotations

from typing import Any

from tests.console.asking import NOBODY, Api, catalog, contract, customer

SPAN = {"starting_on": "2025-02-10T00:00:00Z", "ending_before": "2025-02-12T00:00:00Z"}


def used(api: Api, name: str) -> tuple[dict[str, str], str]:
    """A catalog, and a customer on it with three events of its own and one of somebody else's."""
    made, owner = catalog(api), customer(api, name, ingest_aliases=[name])
    contract(api, owner, starting_at="2025-02-01T00:00:00Z")
    base = {"event_type": "call", "customer_id": name}
    events = [
        base | {"transaction_id": f"{name}{n}", "timestamp": f"2025-02-{day}Z", "properties": {"n": n, "region": at}}
        for n, day, at in ((1, "10T00:00:00", "EU"), (2, "10T23:59:59", "US"), (4, "11T12:00:00", "EU"))
    ]
    api.ok("POST", "/v1/ingest", [*events, events[0] | {"customer_id": "another", "transaction_id": f"{name}x"}])
    return made, owner


def test_usage_is_shown_by_window(api: Api) -> None:
    made, owner = used(api, "acme")

    def totals(size: str, **more: Any) -> list[tuple[str, Any]]:
        body = SPAN | {"window_size": size, "customer_ids": [owner]} | more
        return [(row["start_timestamp"][8:13], row["value"]) for row in api.data("POST", "/v1/usage", body)]

    assert totals("NONE") == [("10T00", 7)]
    assert totals("day") == [("10T00", 3), ("11T00", 4)]
    hours = totals("HOUR")
    assert len(hours) == 48
    assert [(at, value) for at, value in hours if value] == [("10T00", 1), ("10T23", 2), ("11T12", 4)]
    (row,) = api.data("POST", "/v1/usage", SPAN | {"window_size": "NONE", "customer_ids": [owner]})
    assert row == {
        "customer_id": owner,
        "billable_metric_id": made["metric"],
        "billable_metric_name": "Calls",
        "start_timestamp": "2025-02-10T00:00:00Z",
        "end_timestamp": "2025-02-12T00:00:00Z",
        "value": 7,
    }


def test_usage_is_shown_by_group(api: Api) -> None:
    made, owner = used(api, "acme")

    def groups(**by: Any) -> list[dict[str, Any]]:
        metrics = [{"id": made["metric"], "group_by": {"key": "region"} | by}]
        body = SPAN | {"window_size": "DAY", "customer_ids": [owner], "billable_metrics": metrics}
        return [row["groups"] for row in api.data("POST", "/v1/usage", body)]

    assert groups() == [{"EU": 1, "US": 2}, {"EU": 4}]
    assert groups(values=["US", "APAC"]) == [{"US": 2, "APAC": None}, {"US": None, "APAC": None}]


def test_usage_under_a_query_is_shown_too(api: Api) -> None:
    _, owner = used(api, "acme")
    sql = {"name": "By query", "sql": "SELECT COUNT(*) AS value FROM events WHERE properties.region = 'EU'"}
    metric = api.data("POST", "/v1/billable-metrics/create", sql)["id"]
    body = SPAN | {"window_size": "DAY", "customer_ids": [owner], "billable_metrics": [{"id": metric}]}
    assert [row["value"] for row in api.data("POST", "/v1/usage", body)] == [1, 1]


def test_usage_of_everybody_comes_in_pages(api: Api) -> None:
    used(api, "acme")
    others = [customer(api, f"C{n}") for n in range(4)]
    body = SPAN | {"window_size": "HOUR"}
    rows: list[dict[str, Any]] = []
    page = api.ok("POST", "/v1/usage", body)
    lengths = []
    while True:
        rows += page["data"]
        lengths.append(len(page["data"]))
        if page["next_page"] is None:
            break
        page = api.ok("POST", f"/v1/usage?next_page={page['next_page']}", body)
    assert lengths == [100, 100, 40]
    assert len({(r["customer_id"], r["start_timestamp"]) for r in rows}) == 5 * 48
    assert sum(r["value"] for r in rows) == 7
    assert [r["customer_id"] for r in rows][-1] == others[-1]


def test_usage_that_cannot_be_shown_is_refused_by_its_path(api: Api) -> None:
    made, owner = used(api, "acme")
    body = SPAN | {"window_size": "DAY"}

    def refused(status: int, **more: Any) -> str:
        return api.refused(status, "POST", "/v1/usage", body | more).split(":")[0]

    assert refused(400, starting_on="2025-02-10T01:00:00Z") == "/starting_on"
    assert refused(400, ending_before=SPAN["starting_on"]) == "/ending_before"
    assert refused(400, window_size="Day") == "/window_size"
    assert refused(400, starting_on="2000-01-01T00:00:00Z", window_size="HOUR") == "/window_size"
    assert refused(404, customer_ids=[NOBODY]) == "/customer_ids/0"
    assert refused(404, billable_metrics=[{"id": NOBODY}]) == "/billable_metrics/0/id"
    by = {"id": made["metric"], "group_by": {"key": "team"}}
    assert refused(400, billable_metrics=[by]) == "/billable_metrics/0/group_by/key"
    assert api.refused(400, "POST", "/v1/usage?next_page=x", body).startswith("/next_page")
    assert owner


def test_previewed_events_stand_alone_or_beside_what_is_stored(api: Api) -> None:
    _, owner = used(api, "acme")
    path = f"/v1/customers/{owner}/previewEvents"
    event = {"event_type": "call", "properties": {"n": 10, "region": "EU"}}
    body = {"events": [event | {"timestamp": "2025-03-01T11:00:00Z"}, event]}

    def total(**more: Any) -> list[int]:
        return [invoice["total"] for invoice in api.data("POST", path, body | more)]

    # February has left its draft only on 2 March; what is stored is in it: 7 calls at 200.
    assert total() == [0, 4000]
    assert total(mode="merge") == [1400, 4000]
    stored = event | {"transaction_id": "acme1", "timestamp": "2025-02-10T00:00:00Z"}
    assert total(mode="merge", events=[stored]) == [1400, 0]
    lines = api.data("POST", path, body | {"skip_zero_qty_line_items": True})[0]["line_items"]
    assert lines == []
    assert len(api.data("GET", f"/v1/customers/{owner}/invoices")) == 2, "nothing was stored"
    twice = [event | {"transaction_id": "t"}] * 2
    assert api.refused(400, "POST", path, {"events": twice}).startswith("/events/1/transaction_id")
    assert api.refused(400, "POST", path, {"events": []}).startswith("/events")
    assert api.refused(400, "POST", path, body | {"mode": "MERGE"}).startswith("/mode")
    assert "/customer_id" in api.refused(404, "POST", f"/v1/customers/{NOBODY}/previewEvents", body)


def test_what_may_be_left_out_may_be_null(api: Api) -> None:
    made = catalog(api)
    seats = {"product_id": made["calls"], "billing_frequency": "ANNUAL"}
    subscription = {"collection_schedule": "ADVANCE", "proration": {"is_prorated": False}, "subscription_rate": seats}
    body = {"name": "P", "subscriptions": [subscription | {"seat_config": None, "initial_quantity": None}]}
    assert "/subscriptions/0/initial_quantity" in api.refused(400, "POST", "/v1/packages/create", body)


def test_true_is_true_alone(api: Api) -> None:
    for given in (0, 1, "true", "yes"):
        body = {"customer_id": NOBODY, "include_archived": given}
        message = api.refused(400, "POST", "/v1/contracts/list", body)
        assert message == "/include_archived: must be true or false"
