"""A small checker for the parts of JSON Schema that our schema uses; no package is needed for it."""

from __future__ import annotations

import re
from typing import Any

_TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float),
    "null": type(None),
}  # fmt: skip


def faults(value: Any, schema: dict[str, Any], where: str = "$") -> list[str]:
    found: list[str] = []
    known = schema.get("type", [])
    names = [known] if isinstance(known, str) else known
    if names and not any(_is(value, name) for name in names):
        return [f"{where}: {value!r} is not of type {names}"]
    if "const" in schema and value != schema["const"]:
        found.append(f"{where}: {value!r} is not {schema['const']!r}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is not one of {schema['enum']}")
    if "minimum" in schema and value is not None and value < schema["minimum"]:
        found.append(f"{where}: {value!r} is below {schema['minimum']}")
    if "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{where}: {value!r} does not fit {schema['pattern']}")
    if isinstance(value, list):
        for place, item in enumerate(value):
            found += faults(item, schema["items"], f"{where}[{place}]")
    if isinstance(value, dict):
        found += _object_faults(value, schema, where)
    return found


def _object_faults(value: dict[str, Any], schema: dict[str, Any], where: str) -> list[str]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [f"{where}.{key} is missing" for key in schema.get("required", []) if key not in value]
    for key, entry in value.items():
        found += faults(key, schema.get("propertyNames", {}), f"{where}.{key} (name)")
        if key in properties:
            found += faults(entry, properties[key], f"{where}.{key}")
        elif others is False:
            found.append(f"{where}.{key} is not known")
        elif isinstance(others, dict):
            found += faults(entry, others, f"{where}.{key}")
    return found


def _is(value: Any, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    return isinstance(value, _TYPES[name])
