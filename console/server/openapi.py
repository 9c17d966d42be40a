"""The OpenAPI document: the API's routes, with the very models that read their bodies."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter, Request
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from console.api.routes import ROUTES, Route
from store.terms.base import Spelled, Term

WHERE = "#/components/schemas/{model}"
REFUSALS = {
    "400": "Not valid: the message names the field by its path",
    "401": "No token in force",
    "403": "The token's scope is not enough, or the store is read-only",
    "404": "Something named does not exist",
    "409": "Clashes with what is stored",
    "413": "The body is too large",
}


class _Requests(GenerateJsonSchema):
    """Schemas of requests: without the fields that only bundles have, enumerations in both spellings."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Without the fields that only bundles have."""
        found = super().model_schema(schema)
        cls = schema["cls"]
        if issubclass(cls, Term):
            for name in cls.BUNDLE_ONLY:
                found.get("properties", {}).pop(name, None)
        return found

    def enum_schema(self, schema: core_schema.EnumSchema) -> JsonSchemaValue:
        """In both spellings, as they are taken."""
        found = super().enum_schema(schema)
        if issubclass(schema["cls"], Spelled):
            upper = [member.value for member in schema["cls"]]
            found["enum"] = [*upper, *(word.lower() for word in upper)]
        return found


def operation(route: Route) -> dict[str, Any]:
    """What a route takes and answers, as OpenAPI says it; the body's schema is among the components."""
    answers = {"200": _answer("Done", {"type": "object"})}
    answers |= {status: _answer(text, {"$ref": WHERE.format(model="Refusal")}) for status, text in REFUSALS.items()}
    told: dict[str, Any] = {
        "operationId": name_of(route),
        "parameters": [_part(name) for name in re.findall(r"{(\w+)}", route.path)] + [_query(n) for n in route.query],
        "responses": answers,
        "security": [{"bearer": []}],
    }
    if route.body is not None:
        content = {"application/json": {"schema": {"$ref": WHERE.format(model=f"{name_of(route)}_body")}}}
        told["requestBody"] = {"content": content, "required": True}
    return told


def name_of(route: Route) -> str:
    """A route's name: its method and its path in one word."""
    return re.sub(r"\W+", "_", f"{route.method.lower()}{route.path}").strip("_")


def describe(title: str) -> dict[str, Any]:
    """The whole document."""
    listed = APIRouter()
    for route in ROUTES:
        listed.add_api_route(route.path, _asked, methods=[route.method], openapi_extra=operation(route))
    found = get_openapi(title=title, version="1", routes=listed.routes)
    inputs = [(name_of(route), "validation", TypeAdapter(route.body)) for route in ROUTES if route.body is not None]
    bodies, defs = TypeAdapter.json_schemas(
        [(key, "validation", adapter) for key, _, adapter in inputs], ref_template=WHERE, schema_generator=_Requests
    )
    refusal = {
        "type": "object",
        "properties": {"message": {"type": "string"}},
        "required": ["message"],
        "additionalProperties": False,
    }
    schemas = defs.get("$defs", {}) | {"Refusal": refusal}
    schemas |= {f"{key}_body": schema for (key, _), schema in bodies.items()}
    found["components"] = {
        "schemas": schemas,
        "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
    }
    return found


def _asked(_: Request) -> None:
    """What stands in for every endpoint: FastAPI learns from `operation` what it takes, not from a signature."""


def _answer(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _part(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}


QUERY: dict[str, dict[str, Any]] = {
    "limit": {"type": "integer", "minimum": 1, "maximum": 100},
    "starting_on": {"type": "string", "format": "date-time"},
    "ending_before": {"type": "string", "format": "date-time"},
    "status": {"enum": ["DRAFT", "FINALIZED", "VOID"]},
    "sort": {"enum": ["date_asc", "date_desc"]},
    "only_archived": {"type": "boolean"},
    "include_archived": {"type": "boolean"},
    "skip_zero_qty_line_items": {"type": "boolean"},
}
"""Query parameters that are more than text."""


def _query(name: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": QUERY.get(name, {"type": "string"})}
