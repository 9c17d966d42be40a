"""A request in three languages, and back: each does exactly what the others do, whatever the data says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console.api import answer
from screens.request import asked as asking
from screens.request.asked import Asked
from screens.request.languages import LANGUAGES, as_curl, as_json, as_python
from screens.request.recorded import of_change
from screens.request.taking import LONGEST, beyond_the_editor, draft_payload, read
from store import bundle, queries
from store.database import Store
from store.errors import Invalid
from store.terms.document import plain
from tests.console.everything import EVERYTHING
from tests.console.serving import BY, NOW, serving
from tests.screens.reading import HOSTILE
from tests.screens.wizardry import GUIDE
from tests.store import sample
from tests.store.sample import ACME, CARD, CONTRACT

CREATE = Asked(asking.CONTRACTS, plain(GUIDE))
AMENDMENT = Asked(
    asking.AMEND,
    plain(
        {"customer_id": ACME, "contract_id": CONTRACT, "starting_at": sample.START, "overrides": [sample.MULTIPLIER]}
    ),
)


@pytest.mark.parametrize("make", [make for _, _, make in LANGUAGES], ids=[name for name, _, _ in LANGUAGES])
@pytest.mark.parametrize("one", [CREATE, AMENDMENT], ids=["create", "amend"])
def test_what_is_shown_can_be_taken_back(one: Asked, make: Any) -> None:
    assert read(make([one])) == one


def test_what_data_says_is_carried_and_never_obeyed() -> None:
    texts = [*(t for t in HOSTILE if t != "\ud800"), "'; rm -rf ~; '", "$(id)`id`$HOME", "\nJSON\n", '"""', "it's"]
    one = Asked(asking.CONTRACTS, plain(GUIDE) | {"custom_fields": {text: text for text in texts}})
    for _, _, make in LANGUAGES:
        text = make([one])
        assert all(c.isprintable() or c == "\n" for c in text)
        assert read(text) == one


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not valid JSON"),
        ("[1]", "must be an object"),
        ('{"a": ', "not valid JSON"),
        ("curl https://x/v1/contracts/create", "no body"),
        ("curl 'x", "cannot be read"),
        ("curl -d '{}' https://x/other", "no address"),
        ("from metronome import (", "the Python cannot be read"),
        ("client.v1.contracts.create(name=open('/etc/passwd').read())", "not written out"),
        ("client.v1.contracts.create(**x)", "not written out"),
        ("client.v1.contracts.create(name='a')\nclient.v1.contracts.create(name='b')", "several"),
        ("client.v1.customers.list()", "no request"),
        ("POST /v1/customers\n\n{}", "POST /v1/customers is not completed on a screen"),
        ('{"contract_id": "x", "update_contract_name": "y"}', "/v2/contracts/edit is not completed"),
        ("x" * (LONGEST + 1), "more than 1,000,000 characters"),
    ],
)
def test_what_is_no_request_is_refused(text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said.replace("(", r"\(")):
        read(text)


def test_an_amendment_that_its_editor_would_cut_is_refused() -> None:
    beyond_the_editor(AMENDMENT)
    with pytest.raises(Invalid, match="/spend_trackers: is not edited"):
        beyond_the_editor(Asked(asking.AMEND, {**AMENDMENT.body, "spend_trackers": [{}]}))


def test_a_request_becomes_what_its_screen_resumes() -> None:
    made = draft_payload(CREATE, customer_id=ACME)
    assert (made["request"]["customer_id"], made["step"]) == (ACME, 3)
    amended = draft_payload(AMENDMENT, customer_id=ACME)
    assert amended["texts"] == {"contract_id": CONTRACT, "starting_at": sample.START}
    assert list(amended["request"]) == ["overrides"]


@pytest.fixture
def book(tmp_path: Path) -> Any:
    """A store with one of everything."""
    store = Store.open(str(tmp_path / "store.db"))
    with store.work(by=BY, now=NOW) as work:
        book = sample.document(contracts=[EVERYTHING])
        bundle.import_bundle(work, bundle.parse_bundle(book, stored=True))
    yield store
    store.close()


def test_everything_stored_says_what_would_make_it(book: Store) -> None:
    contract, *changes = asking.of_contract(queries.contract(book, CONTRACT))
    assert [change.path for change in changes] == [asking.AMEND, asking.EDIT]
    assert contract.path == asking.CONTRACTS
    assert "recorded_at" not in contract.body and "id" not in contract.body
    assert all("id" not in term for term in contract.body["commits"])
    (made, *_) = asking.of_customer(queries.customer(book, ACME))
    assert made == Asked(asking.CUSTOMERS, {"name": "Acme", "ingest_aliases": ["acme"]})
    card, rates = asking.of_rate_card(
        queries.rate_card(book, CARD), tuple(priced.rate for priced in queries.rates(book, CARD))
    )
    assert (card.body["aliases"], len(rates.body["rates"])) == ([{"name": "list"}], 4)


def test_the_python_and_the_curl_do_what_they_say(book: Store) -> None:
    shown = asking.of_contract(queries.contract(book, CONTRACT))[:1]
    before = queries.contracts_of(book, ACME)
    with serving(book) as server:
        where = {"METRONOME_BASE_URL": server.url, "METRONOME_BEARER_TOKEN": server.token}
        environment = {**os.environ, **where}
        subprocess.run([sys.executable, "-c", as_python(shown)], check=True, env=environment, timeout=60)
        if shutil.which("curl"):
            subprocess.run(["sh", "-c", as_curl(shown)], check=True, env=environment, timeout=60)
        else:  # what the command says, sent without it
            taken = read(as_curl(shown))
            server.data("POST", taken.path, dict(taken.body))
    made = [c for c in queries.contracts_of(book, ACME) if c.id not in {b.id for b in before}]
    assert len(made) == 2
    for again in made:
        assert as_json(asking.of_contract(again)) == as_json(shown)


def test_paths_with_ids_become_arguments_of_the_client_and_questions_have_no_body() -> None:
    name = as_python([asking.named(ACME, "New")])
    assert f'client.v1.customers.set_name(\n    customer_id="{ACME}",\n    name="New",\n)' in name
    read_one = [asking.statement(ACME, CONTRACT)]
    assert f'retrieve(\n    customer_id="{ACME}",\n    invoice_id="{CONTRACT}",\n)' in as_python(read_one)
    assert as_json(read_one) == f"GET /v1/customers/{ACME}/invoices/{CONTRACT}"
    assert "POST" not in as_curl(read_one)
    assert "--data" not in as_curl(read_one)


def test_the_history_says_what_was_asked(book: Store) -> None:
    access = {"schedule_items": [{"amount": 5, "starting_at": sample.START, "ending_before": "2030-01-01T00:00:00Z"}]}
    whose = {"customer_id": ACME, "contract_id": CONTRACT}
    posted = (
        Asked("/v1/customers", {"name": "New", "ingest_aliases": ["new"]}),
        asking.named(ACME, "Renamed"),
        asking.aliased(ACME, ["a", "b"]),
        Asked(asking.KEYS, {"entity": "customer", "key": "k", "enforce_uniqueness": False}),
        asking.valued("customer", ACME, {"k": "v"}),
        Asked(asking.PRODUCTS, {"name": "Fee", "type": "FIXED"}),
        Asked(asking.FILTER, whose | {"group_key": "region", "group_values": ["US"], "starting_at": sample.START}),
        Asked(asking.END, whose | {"ending_before": "2031-01-01T00:00:00Z"}),
        Asked(
            asking.CREDITS,
            {"customer_id": ACME, "product_id": sample.FEE, "priority": 1, "access_schedule": access},
        ),
        Asked(asking.ARCHIVE_CONTRACT, whose),
        Asked(asking.ARCHIVE, {"id": ACME}),
    )
    for one in posted:
        found = answer("POST", one.path, one.body, store=book, by=BY, now=NOW)
        assert found.status == 200, found.body
    entries = queries.history(book, queries.Sought(), limit=len(posted))
    assert [made for entry in reversed(entries) for made in of_change(entry.change)] == list(posted)
