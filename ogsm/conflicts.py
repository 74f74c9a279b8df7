"""Two people edit the same piece: different fields merge, the same field shows both values.

A form posts each field's first value beside the new one, as `first-<field>`. A field conflicts only when the stored
value is neither the first nor the new one. Source: product page, 'The plan'.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

PREFIX = "first-"


def _comparable(value: Any) -> Any:
    """A value that equals its stored and its posted form: sets of keys for people, keys for one, '' for nothing."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, QuerySet | list | tuple | set):
        return frozenset(_comparable(item) for item in value)
    if isinstance(value, str):
        return value.strip().replace("\r\n", "\n")
    return "" if value is None else value


class Merging(forms.BaseForm):
    """A form that merges with what others saved meanwhile. It says what is stored *now* with `start_from`, and merges
    at the end of its `clean`.

    After `is_valid()`: `conflicts` maps the names of conflicting fields to the stored values (then answer 409 and
    show both); otherwise `merged` holds the values the reader really changed, ready for a verb such as `change()`.
    """

    stored: dict[str, Any]
    conflicts: dict[str, Any]
    merged: dict[str, Any]

    def start_from(self, stored: dict[str, Any]) -> None:
        self.stored, self.conflicts, self.merged = stored, {}, {}

    @property
    def first_values(self) -> list[tuple[str, str]]:
        """(name, value) of the hidden fields to render: what is stored now, unless a bound form had no conflict."""
        if self.is_bound and not self.conflicts:
            return [(key, value) for key in self.data if key.startswith(PREFIX) for value in self._posted(key)]
        return self._stored_values()

    def _stored_values(self) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        for name, field in self.fields.items():
            value = field.prepare_value(self.stored.get(name, self.get_initial_for_field(field, name)))
            values = (value if isinstance(value, list | tuple) else [value]) or [None]  # nobody picked is a value too
            texts = [
                field.widget.format_value(item) if hasattr(field.widget, "format_value") else item for item in values
            ]
            for text in texts:
                for one in (text or [None]) if isinstance(text, list | tuple) else [text]:
                    pairs.append((PREFIX + self.add_prefix(name), "" if one is None else str(one)))
        return pairs

    def _posted(self, key: str) -> list[str]:
        return self.data.getlist(key) if hasattr(self.data, "getlist") else [self.data[key]]

    def _first(self, name: str) -> Any:
        """The first value as the field reads it; what is stored when none was posted or it cannot be read."""
        key, field = PREFIX + self.add_prefix(name), self.fields[name]
        if key not in self.data:
            return self.stored.get(name)
        posted = [value for value in self._posted(key) if value != ""]
        try:
            if isinstance(field, forms.ModelMultipleChoiceField) and field.queryset is not None:
                return list(field.queryset.filter(pk__in=posted))
            return field.to_python(posted[0]) if posted else None
        except (ValidationError, ValueError, OverflowError):
            return self.stored.get(name)

    def merge(self, cleaned: dict[str, Any]) -> None:
        for name, new in cleaned.items():
            stored, first = self.stored.get(name), self._first(name)
            old, now = _comparable(stored), _comparable(new)
            if now == _comparable(first) or old == now:
                continue
            if old == _comparable(first):
                self.merged[name] = new
            else:
                self.conflicts[name] = stored


class MergingModelForm(Merging, forms.ModelForm):
    """A ModelForm that does so. Hand it the instance as it is stored *now*."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.start_from(forms.model_to_dict(self.instance, list(self.fields)) if self.instance.pk else {})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.instance.pk:
            self.merge(cleaned)
        else:
            self.merged = dict(cleaned)
        return cleaned
