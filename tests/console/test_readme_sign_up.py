"""The README's sign-up does what it says, also when it is sent again, or stopped half-way."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from store import bundle, queries
from store.database import Store
from tests.console.serving import BY, NOW, serving
from tests.store import sample

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_a_sign_up_may_be_sent_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"<!-- sign-up:begin -->\n```python\n(.*?)```", README, re.S)
    assert found is not None
    code = found[1]
    assert len(code.strip().splitlines()) <= 10
    store = Store.open(str(tmp_path / "store.db"))
    book = sample.document()
    book["rate_cards"][0]["aliases"] = [{"name": "base_usage_products"}]
    with store.work(by=BY, now=NOW) as work:
        bundle.import_bundle(work, bundle.parse_bundle(book, stored=True))
    with serving(store) as server:
        monkeypatch.setenv("METRONOME_BEARER_TOKEN", server.token)
        made: dict[str, Any] = {}
        exec(code.replace("http://127.0.0.1:8085", server.url), made)
        order = ("Widgets", "team@widgets.example", "order-1", "2025-03-01T00:00:00Z")
        first, second = made["sign_up"](*order), made["sign_up"](*order)
        half = server.data("POST", "/v1/customers", {"name": "Half", "ingest_aliases": ["half@widgets.example"]})["id"]
        finished = made["sign_up"]("Half", "half@widgets.example", "order-2", order[3])
    assert (first, half) == (second, finished)
    assert [len(queries.contracts_of(store, id)) for id in (first, half)] == [1, 1]
    store.close()
