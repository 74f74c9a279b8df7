"""The JSON Schema of plan.json (2020-12), made of the format. `manage.py plan_schema` writes it to docs."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from .format import VERSION, PlanFile

SCHEMA_FILE = settings.BASE_DIR / "docs" / "plan.schema.json"


def schema() -> dict[str, Any]:
    made = PlanFile.model_json_schema()
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ogsm:plan:{VERSION}",
        "title": "plan.json",
    }
    return {**head, **{name: part for name, part in made.items() if name not in head}}
