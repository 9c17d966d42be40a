"""The table of routes says the truth: what each reads its body as, and which of them change nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from console.api import call as calling
from console.api.call import Call
from console.api.routes import ROUTES, Route
from store.database import Actor, Store
from store.errors import ReadOnly, TermsheetError
from store.terms.event import Event
from tests.console.asking import NOW

BY = Actor("tests", "api")
WITH_BODY = [route for route in ROUTES if route.body not in (None, list[Event])]


class Reached(Exception):
    """The endpoint asked to read its body."""


@pytest.mark.parametrize("route", WITH_BODY, ids=lambda route: route.path)
def test_an_endpoint_reads_the_body_that_its_route_names(
    route: Route, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []

    def parse(model: Any, payload: Any, **_: Any) -> Any:
        read.append(model)
        raise Reached

    monkeypatch.setattr(calling, "parse", parse)
    store = Store.open(str(tmp_path / "store.db"))
    with pytest.raises(Reached):
        route.endpoint(Call(store, BY, NOW, {}, {"customer_id": "x"}))
    store.close()
    assert read == [route.body]


def test_what_only_reads_is_answered_by_a_store_that_cannot_be_written(tmp_path: Path) -> None:
    Store.open(str(tmp_path / "store.db")).close()
    store = Store.open(str(tmp_path / "store.db"), read_only=True)
    for route in ROUTES:
        if route.reads:
            try:
                route.endpoint(
                    Call(store, BY, NOW, {}, {"customer_id": "x", "invoice_id": "x", "billable_metric_id": "x"})
                )
            except TermsheetError as error:
                assert not isinstance(error, ReadOnly), route.path
    store.close()


def test_every_get_only_reads() -> None:
    assert all(route.reads for route in ROUTES if route.method == "GET")
    assert {route.path.rpartition("/")[2] for route in ROUTES if route.method == "POST" and route.reads} == {
        "list", "get", "getRates", "listKeys", "getEditHistory", "listContractsOnPackage", "previewEvents", "usage",
    }  # fmt: skip
