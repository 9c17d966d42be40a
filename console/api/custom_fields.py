"""Custom fields: register keys, list them, set values."""

from __future__ import annotations

from typing import Any

from console.api.bodies import ListKeys, SetValues
from console.api.call import Call, page
from store import queries
from store.commands import custom_fields as commands
from store.terms.customer import CustomFieldKey


def add_key(call: Call) -> dict[str, Any]:
    """`POST /v1/customFields/addKey`"""
    request = call.read(CustomFieldKey)
    with call.work() as work:
        commands.register_custom_field_key(work, request=request)
    return {"data": _key(request)}


def set_values(call: Call) -> dict[str, Any]:
    """`POST /v1/customFields/setValues`: beside the values the object has, all or none."""
    request = call.read(SetValues)
    with call.work() as work:
        values = commands.set_custom_fields(
            work, entity=request.entity, entity_id=request.entity_id, custom_fields=request.custom_fields
        )
    return {"data": {"entity": request.entity, "entity_id": request.entity_id, "custom_fields": values}}


def list_keys(call: Call) -> dict[str, Any]:
    """`POST /v1/customFields/listKeys`"""
    wanted = call.read_optional(ListKeys).entities
    keys = queries.custom_field_keys(call.store)
    return page(call, [_key(key) for key in keys if wanted is None or key.entity in wanted])


def _key(key: CustomFieldKey) -> dict[str, Any]:
    return {"entity": key.entity, "key": key.key, "enforce_uniqueness": key.enforce_uniqueness}
