"""A child contract imported by itself: its parent, and what it may name of it, are in the store already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store import integrity
from store.bundle import export_bundle, import_bundle, parse_bundle
from store.commands import edit_contract
from store.database import Store
from store.errors import Invalid, NotFound
from store.preview import Previews
from store.terms.base import parse
from store.terms.contract import ContractEdit
from tests.store.conftest import ALICE
from tests.store.stored_stories import uid
from tests.store.test_previews_of_families import NOW
from tests.store.test_previews_of_families import family as family


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(str(tmp_path / "second.db"))
    yield opened
    opened.close()


def priced_by_itself(store: Store) -> None:
    """The child's own price for what it draws of its parent's commit."""
    specifier = {"product_id": uid("Calls"), "commit_ids": [uid("pool")]}
    override: dict[str, Any] = {"starting_at": "2025-01-01T00:00:00Z", "type": "MULTIPLIER", "multiplier": 1}
    override |= {"is_commit_specific": True, "override_specifiers": [specifier]}
    request = {"customer_id": uid("kid"), "contract_id": uid("child"), "add_overrides": [override]}
    with store.work(by=ALICE, now=NOW) as work:
        edit_contract(work, request=parse(ContractEdit, request))


def taken(store: Store, part: Any) -> None:
    with store.work(by=ALICE, now=NOW) as work:
        import_bundle(work, parse_bundle(part, stored=True))


def test_a_child_is_imported_beside_the_parent_the_store_has(family: Store, second: Store) -> None:
    priced_by_itself(family)
    parent, child = export_bundle(family, uid("acme")), export_bundle(family, uid("kid"))
    taken(second, parent)
    taken(second, child)
    assert (export_bundle(second, uid("acme")), export_bundle(second, uid("kid"))) == (parent, child)
    first, again = (Previews(store, lambda: NOW).current(uid("kid")).statements for store in (family, second))
    assert [s.total for s in first] == [s.total for s in again]
    assert integrity.check(second) == ()


def test_a_child_without_its_parent_is_refused_by_its_path(family: Store, second: Store) -> None:
    with pytest.raises(NotFound, match="/contracts/0/hierarchy_configuration/parent/contract_id: there is no contract"):
        taken(second, export_bundle(family, uid("kid")))
    assert "customers" not in export_bundle(second)


def test_one_child_more_than_a_parent_may_have_is_refused_by_the_import_too(family: Store) -> None:
    part = export_bundle(family, uid("kid"))
    (contract,) = part["contracts"]
    others = [contract | {"id": uid(f"child{k}")} for k in range(9)]
    with pytest.raises(Invalid, match="/contracts/0/hierarchy_configuration/parent/contract_id: has 9 children"):
        taken(family, {"contracts": others})
    taken(family, {"contracts": others[:8]})
