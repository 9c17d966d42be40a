"""Parents and children: who pays for whom, and who may draw a parent's balances (README, §2.8, §2.17)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pydantic import Field

from store.errors import Problem
from store.terms.base import Id, Spelled, Term


class ChildAccessType(Spelled):
    """All children, none, or those listed."""

    ALL = "ALL"
    NONE = "NONE"
    CONTRACT_IDS = "CONTRACT_IDS"


class ChildAccess(Term):
    """Which child contracts may draw a parent's balance."""

    type: ChildAccessType
    contract_ids: tuple[Id, ...] | None = Field(default=None, min_length=1)

    def problems(self) -> Iterator[Problem]:
        """Contract ids exactly with CONTRACT_IDS."""
        if (self.type is ChildAccessType.CONTRACT_IDS) != (self.contract_ids is not None):
            given = self.contract_ids is not None
            yield Problem("/contract_ids", "is only for CONTRACT_IDS" if given else "is required for CONTRACT_IDS")


class BalanceHierarchy(Term):
    """A parent balance's reach into child contracts."""

    child_access: ChildAccess


def reached(held: BalanceHierarchy | None, children: Iterable[str]) -> frozenset[str]:
    """Which of these child contracts may draw a balance: none, unless it says so."""
    access = held.child_access if held else None
    if access is None or access.type is ChildAccessType.NONE:
        return frozenset()
    below = frozenset(children)
    return below if access.type is ChildAccessType.ALL else below & frozenset(access.contract_ids or ())


class ParentRef(Term):
    """The contract a child belongs to."""

    contract_id: Id
    customer_id: Id


class Payer(Spelled):
    """Who pays a child's statements."""

    SELF = "SELF"
    PARENT = "PARENT"


class StatementBehavior(Spelled):
    """Whether a child's statements are part of its parent's."""

    CONSOLIDATE = "CONSOLIDATE"
    SEPARATE = "SEPARATE"


class Consolidation(Spelled):
    """How a parent's invoice shows its children."""

    CONCATENATE = "CONCATENATE"
    NONE = "NONE"


class ParentBehavior(Term):
    """What a parent does with its children's invoices."""

    invoice_consolidation_type: Consolidation | None = None


class Hierarchy(Term):
    """The place of a contract among others: a child with its parent, or a parent."""

    parent: ParentRef | None = None
    payer: Payer | None = None
    usage_statement_behavior: StatementBehavior | None = None
    parent_behavior: ParentBehavior | None = None

    def problems(self) -> Iterator[Problem]:
        """README, §6 rule 37: one level, so a child is no parent; consolidated statements are paid by the parent."""
        if (self.parent is None) == (self.parent_behavior is None):
            yield Problem("", "must have exactly one of parent and parent_behavior")
        for name in ("payer", "usage_statement_behavior"):
            if self.parent is None and getattr(self, name) is not None:
                yield Problem(f"/{name}", "is only for a contract with a parent")
        if self.usage_statement_behavior is StatementBehavior.CONSOLIDATE and self.payer is not Payer.PARENT:
            yield Problem("/payer", "must be PARENT for usage_statement_behavior CONSOLIDATE")
