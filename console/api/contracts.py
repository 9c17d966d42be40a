"""Contracts: create, amend, set a usage filter, edit, end, archive; get and list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from console.api import shapes
from console.api.balances import held
from console.api.bodies import ContractArchive, ContractGet, ContractList, EditHistory
from console.api.call import Call, about, page
from console.api.terms_shown import Known
from store import queries
from store.commands import contract_changes as changes
from store.commands import contracts as commands
from store.errors import Invalid, NotFound
from store.queries import ContractView
from store.rating.report import balance_json, statement_json
from store.terms import time
from store.terms.contract import Amendment, ContractEdit, ContractTerms, EndDateUpdate, UsageFilterUpdate
from store.terms.effective import changes_of
from store.terms.service_invoice import ServiceInvoice
from store.terms.trueup import DisabledTrueUp

Shape = Callable[[ContractView, Known], dict[str, Any]]


def create(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/create`"""
    request = call.read(ContractTerms)
    with call.work() as work:
        return {"data": {"id": commands.create_contract(work, request=request)}}


def amend(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/amend`"""
    request = call.read(Amendment)
    with call.work() as work:
        return {"data": {"id": changes.amend_contract(work, request=request)}}


def set_usage_filter(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/setUsageFilter`"""
    request = call.read(UsageFilterUpdate)
    with call.work() as work:
        return {"data": {"id": changes.set_usage_filter(work, request=request)}}


def edit(call: Call) -> dict[str, Any]:
    """`POST /v2/contracts/edit`"""
    request = call.read(ContractEdit)
    with call.work() as work:
        return {"data": {"id": changes.edit_contract(work, request=request)}}


def disable_true_up(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/commits/disableTrueup`"""
    request = call.read(DisabledTrueUp)
    with call.work() as work:
        return {"data": {"id": changes.disable_true_up(work, request=request)}}


def schedule_services(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/scheduleProServicesInvoice`: the scheduled invoice that the work stands on."""
    request = call.read(ServiceInvoice)
    with call.work() as work:
        made = changes.invoice_services(work, request=request)
    preview = call.rated(request.customer_id or "")
    wanted = {line.professional_service_id for line in request.line_items}
    shown = [
        statement_json(s)
        for s in preview.statements
        if s.contract_id == request.contract_id
        and s.issued_at == request.issued_at
        and any(line.professional_service_id in wanted for line in s.lines)
    ]
    return {"data": shown or [{"id": made}]}


def update_end_date(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/updateEndDate`: without `ending_before` the contract becomes open-ended."""
    request = call.read(EndDateUpdate)
    with call.work() as work:
        changes.update_end_date(work, request=request)
    return {"data": {"id": request.contract_id}}


def archive(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/archive`"""
    request = call.read(ContractArchive)
    with call.work() as work:
        made = commands.archive_contract(work, contract_id=request.contract_id, customer_id=request.customer_id)
    return {"data": {"id": made}}


def get(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/get`"""
    return {"data": _one(call, shapes.contract)}


def get_second(call: Call) -> dict[str, Any]:
    """`POST /v2/contracts/get`"""
    return {"data": _one(call, shapes.second)}


def listed(call: Call) -> dict[str, Any]:
    """`POST /v1/contracts/list`: the contracts of one customer by their start."""
    return _several(call, shapes.contract)


def listed_second(call: Call) -> dict[str, Any]:
    """`POST /v2/contracts/list`"""
    return _several(call, shapes.second)


def _one(call: Call, shape: Shape) -> dict[str, Any]:
    request = call.read(ContractGet)
    _no_ledgers_of_the_past(request)
    company = queries.contract_shown(call.store, request.contract_id, customer_id=request.customer_id)
    view = company.contracts[0]
    seen = view if request.as_of_date is None else view.as_of(request.as_of_date)
    if seen is None:
        raise NotFound(f"contract {view.id} was not there yet", path="/as_of_date")
    return _shown(call, request, [shape(seen, Known.of(company))])[0]


def _several(call: Call, shape: Shape) -> dict[str, Any]:
    request = call.read(ContractList)
    found, known = _found(call, request)
    answer = page(call.paged(request.limit, request.cursor), found)
    answer["data"] = _shown(call, request, [shape(view, known) for view in answer["data"]])
    return answer | {"cursor": answer["next_page"]}


def _no_ledgers_of_the_past(request: ContractGet | ContractList) -> None:
    if request.as_of_date is not None:
        for name in ("include_balance", "include_ledgers"):
            if getattr(request, name):
                raise Invalid("cannot be combined with as_of_date", path=f"/{name}")


def edit_history(call: Call) -> dict[str, Any]:
    """`POST /v2/contracts/getEditHistory`: everything recorded for a contract since it was made, oldest first."""
    request = call.read(EditHistory)
    company = queries.contract_shown(call.store, request.contract_id, customer_id=request.customer_id)
    kept, known = company.contracts[0].contract, Known.of(company)
    return {"data": [shapes.edit(kept, change, known) for change, _ in changes_of(kept)]}


def _found(call: Call, request: ContractList) -> tuple[list[ContractView], Known]:
    if request.covering_date and request.starting_at:
        raise Invalid("cannot be combined with covering_date", path="/starting_at")
    with about("/customer_id"):
        queries.customer(call.store, request.customer_id)
    _no_ledgers_of_the_past(request)
    company = queries.contracts_shown(call.store, request.customer_id)
    every = company.contracts
    if request.as_of_date is not None:
        every = tuple(known for view in every if (known := view.as_of(request.as_of_date)) is not None)
    kept = [v for v in every if (request.include_archived or v.archived_at is None) and _wanted(v, request)]
    return kept, Known.of(company)


def _wanted(view: ContractView, request: ContractList) -> bool:
    if request.covering_date is not None:
        return view.starting_at <= request.covering_date < (view.ending_before or time.DISTANT_FUTURE)
    return request.starting_at is None or view.starting_at >= request.starting_at


def _shown(call: Call, request: ContractGet | ContractList, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The contracts; commits and credits with what is left of them and their ledgers, where that is asked for."""
    if not (request.include_balance or request.include_ledgers) or not found:
        return found
    balances = {b.id: b for b in held(call, request.customer_id)}
    for shown in found:
        now = shown.get("current", shown)
        for term in (*now["commits"], *now["credits"]):
            balance = balances.get(term["id"])
            term["balance"] = balance.balance if balance else 0
            if request.include_ledgers:
                term["ledger"] = balance_json(balance)["ledger"] if balance else ()
    return found
