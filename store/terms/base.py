"""The ground of every term: frozen, strict about unknown fields, rules that report the exact path they broke."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Strict, ValidationError, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from store.errors import Invalid, Problem

_UUID = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")

RENAMED = {
    "rate_target": "target",
    "initial_unassigned_seats_quantity": "initial_unassigned_seats",
    "ending_at": "ending_before",
    "product": "product_id",
    "fraction": "payment_fraction",
}
"""Field names of older guides and the name the schema has today (README, *Decisions* 40)."""


class Spelled(StrEnum):
    """An enumeration accepted in exactly two spellings, UPPER_CASE and lower_case; kept upper (README, §1.3)."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if isinstance(value, str) and value == value.lower():
            return next((member for member in cls if member.value == value.upper()), None)
        return None


class Term(BaseModel):
    """A frozen value of the vocabulary.

    `BUNDLE_ONLY` names fields that a bundle may carry and an API request may not (assigned ids, recording times).
    `problems` yields the broken rules of this value alone; a subclass extends it and paths are relative to the value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    BUNDLE_ONLY: ClassVar[frozenset[str]] = frozenset()

    def problems(self) -> Iterator[Problem]:
        """The rules this value breaks, each with a path relative to it; none if it is sound."""
        return iter(())

    @model_validator(mode="before")
    @classmethod
    def _request_fields_only(cls, data: Any, info: ValidationInfo) -> Any:
        if isinstance(data, dict) and cls.BUNDLE_ONLY and (info.context or {}).get("request"):
            given = [key for key in data if key in cls.BUNDLE_ONLY]
            if given:
                raise _broken([Problem("/" + key, "is not a field of this request") for key in given])
        return data

    @model_validator(mode="after")
    def _rules(self) -> Self:
        broken = list(self.problems())
        if broken:
            raise _broken(broken)
        return self

    def payload(self) -> dict[str, Any]:
        """The value as the JSON it would be sent as: only fields that were given, decimals and instants still typed."""
        return self.model_dump(exclude_unset=True)


def _broken(problems: list[Problem]) -> PydanticCustomError:
    return PydanticCustomError("rules", "{text}", {"text": str(problems[0]), "problems": problems})


def is_uuid(value: str) -> bool:
    """Whether the text has the form of a UUID."""
    return _UUID.fullmatch(value) is not None


def _check_id(value: str, info: ValidationInfo) -> str:
    if not value:
        raise ValueError("must not be empty")
    if (info.context or {}).get("uuids") and not _UUID.fullmatch(value):
        raise ValueError("must be a UUID")
    return value.lower() if _UUID.fullmatch(value) else value


Id = Annotated[str, AfterValidator(_check_id)]
"""An object's id: a UUID in requests and imports, any non-empty text in a bundle that is only previewed."""

Ref = Annotated[str, AfterValidator(lambda v: _check_id(v, _NO_CONTEXT))]
"""A reference to a term of the same payload or contract: its id or its `temporary_id`."""


Flag = Annotated[bool, Strict()]
"""True or false, and nothing that could be taken for it."""


class _NoContext:
    context: Mapping[str, Any] | None = None


_NO_CONTEXT: Any = _NoContext()

T = TypeVar("T", bound=BaseModel)

REQUEST = {"request": True, "uuids": True}
"""Context of an API request: ids are UUIDs, fields that only bundles have are unknown."""
IMPORT = {"uuids": True}
"""Context of a bundle to be stored: ids are UUIDs."""
PREVIEW: dict[str, bool] = {}
"""Context of a bundle that is only previewed: ids are any non-empty text."""


def parse(model: type[T], payload: Any, *, context: Mapping[str, Any] = REQUEST, at: str = "") -> T:
    """The payload as a `model`; raises `Invalid` with every broken rule and its path (prefixed by `at`)."""
    try:
        return model.model_validate(payload, context=dict(context))
    except ValidationError as error:
        raise Invalid(explain(error, model, at)) from None
    except RecursionError:
        raise Invalid("is nested too deeply", path=at) from None


def explain(error: ValidationError, model: type[BaseModel] | None = None, at: str = "") -> list[Problem]:
    """A Pydantic error as our problems, one per broken rule, in the words of the domain."""
    found: list[Problem] = []
    every = error.errors(include_url=False, include_input=False)
    for item in every:
        if item["type"] == "too_short" and any(_below(other["loc"], item["loc"]) for other in every):
            continue  # Pydantic counts only the sound items; what is wrong with the others is said
        loc = [p for p in item["loc"] if not (isinstance(p, str) and p.startswith(("function-", "tagged-")))]
        path = at + "".join(f"/{part}" for part in loc)
        inner = item.get("ctx", {}).get("problems")
        if item["type"] == "rules" and inner is not None:
            found.extend(Problem(path + p.path, p.message) for p in inner)
        else:
            found.append(Problem(path, _sentence(item, model, loc)))
    return found


def _below(loc: tuple[int | str, ...], above: tuple[int | str, ...]) -> bool:
    return len(loc) > len(above) and loc[: len(above)] == above


_LIKE_INPUT = re.compile(r"^Input should")


def _sentence(item: Any, model: type[BaseModel] | None, loc: list[Any]) -> str:
    kind, message = item["type"], item["msg"]
    if kind == "missing":
        return "is required"
    if kind == "extra_forbidden":
        return _unknown_field(str(loc[-1]) if loc else "", model, loc)
    if kind in ("enum", "literal_error"):
        return "must be one of " + str(item["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return "must be an object"
    if kind in ("list_type", "tuple_type"):
        return "must be a list"
    if kind == "string_type":
        return "must be a string"
    if kind in ("bool_type", "bool_parsing"):
        return "must be true or false"
    if kind == "too_short":
        return _at_least(item["ctx"]["min_length"], "item")
    if kind == "string_too_short":
        return _at_least(item["ctx"]["min_length"], "character")
    if kind in ("string_too_long", "too_long"):
        return f"must have at most {item['ctx']['max_length']}"
    if kind == "value_error":
        return str(item["ctx"]["error"])
    return _LIKE_INPUT.sub("should", str(message))


def _at_least(least: int, noun: str) -> str:
    return f"must have at least {least} {noun}{'s' if least != 1 else ''}"


def _unknown_field(name: str, model: type[BaseModel] | None, loc: list[Any]) -> str:
    owner = _model_at(model, loc[:-1])
    fields = list(owner.model_fields) if owner else []
    if name in RENAMED and RENAMED[name] in fields:
        return f"is not a known field; it is called {RENAMED[name]}"
    close = difflib.get_close_matches(name, fields, n=1, cutoff=0.75)
    return f"is not a known field; did you mean {close[0]}?" if close else "is not a known field"


def _model_at(model: type[BaseModel] | None, loc: list[Any]) -> type[BaseModel] | None:
    """The model class that sits at a location, found by walking the annotations; None where that is not plain."""
    for part in loc:
        if isinstance(part, int):
            continue
        if model is None or part not in model.model_fields:
            return None
        model = _model_in(model.model_fields[part].annotation)
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_in(part)
        if found:
            return found
    return None
