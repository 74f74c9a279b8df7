"""The sheets of what a plan is made of besides its actions: the ambition, the goals, the strategic choices and what
defines each indicator. What a cell shows and means follows from the field of the model that it is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import DecimalValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from actions import cell_texts as texts
from ogsm.accounts.models import User
from ogsm.fields import EARLIEST, LATEST
from ogsm.numbers import DECIMAL_PLACES, MAX_DIGITS, parse_amount
from plans.models import Choice, Goal, Indicator, Plan

from . import layout
from .layout import CHOICE, CHOICES, GOALS, INDICATORS, PARTICULARS, Column, Names, Value

TEXT, AMOUNT, DAY, WORD, PERSON, OF_CHOICE = "text", "amount", "day", "word", "person", "choice"
WIDTHS = {TEXT: 30, AMOUNT: 12, DAY: 12, WORD: 14, PERSON: 22, OF_CHOICE: 20}
_WIDE = {"ambition": 90, "goal": 44, "how": 44, "name": 34, "short_name": 16}
_LABELS = {
    (Goal, "name"): gettext_lazy("Goal"),
    (Indicator, "name"): gettext_lazy("Indicator"),
    (Indicator, "unit"): gettext_lazy("Unit"),
    (Choice, "owner"): gettext_lazy("Choice owner"),
    (Plan, "name"): gettext_lazy("Name of the plan"),
}
PAIRED = {"ends_on": "starts_on", "target_on": "baseline_on", "amber_limit": "green_limit"}  # held against each other
_fits = DecimalValidator(MAX_DIGITS, DECIMAL_PLACES)


@dataclass(frozen=True)
class PieceKind:
    """One kind of piece: its sheet, the fields that come in, and what one of them is called. `details` are those of
    the fields that are folded away on the sheet."""

    sheet: str
    model: Any
    fields: tuple[str, ...]
    one: Any
    details: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The field it is known by."""
        return "short_name" if self.model is Choice else "name"

    def columns(self) -> list[Column]:
        return [
            Column(key, label_of(self.model, key), _WIDE.get(key) or WIDTHS[kind_of(self.model, key)], True)
            for key in self.fields
        ]


_DETAILS = ("baseline_on", "frequency", "kind", "source", "entered_by", "green_limit", "amber_limit")
KINDS = {
    PARTICULARS: PieceKind(
        PARTICULARS, Plan, ("ambition", "name", "organisation", "starts_on", "ends_on"), gettext_lazy("Plan")
    ),
    GOALS: PieceKind(GOALS, Goal, ("name", "unit", "baseline", "target", "due_on"), gettext_lazy("Goal")),
    CHOICES: PieceKind(
        CHOICES, Choice, ("short_name", "goal", "how", "owner", "kind", "stops"), gettext_lazy("Strategic choice")
    ),
    INDICATORS: PieceKind(
        INDICATORS,
        Indicator,
        (CHOICE, "name", "unit", "direction", "baseline", "target", "target_on", *_DETAILS),
        gettext_lazy("Indicator"),
        _DETAILS,
    ),
}


def label_of(model: Any, key: str) -> Any:
    return _LABELS.get((model, key)) or capfirst(model._meta.get_field(key).verbose_name)


def kind_of(model: Any, key: str) -> str:
    """What stands in the cells of a field."""
    field = model._meta.get_field(key)
    if field.is_relation:
        return PERSON if field.related_model is User else OF_CHOICE
    if field.choices:
        return WORD
    kinds = ((models.DecimalField, AMOUNT), (models.DateField, DAY))
    return next((kind for of, kind in kinds if isinstance(field, of)), TEXT)


def is_needed(model: Any, key: str) -> bool:
    """Whether a new row has to say it."""
    field = model._meta.get_field(key)
    return not (field.null or field.blank or field.has_default())


def words_of(model: Any, key: str) -> dict[str, str]:
    """What a cell of a few words can say: value → word, in the language in use."""
    return {value: str(label) for value, label in model._meta.get_field(key).choices}


def piece_cells(kind: PieceKind, piece: Any, names: Names) -> dict[str, Value]:
    """What the row of a piece shows. No query: wants the people it names fetched."""
    return {key: _shown(kind.model, piece, key, names) for key in kind.fields}


def _shown(model: Any, piece: Any, key: str, names: Names) -> Value:
    of, value = kind_of(model, key), getattr(piece, f"{key}_id" if key == CHOICE else key)
    if of == OF_CHOICE:
        return names.choice(value)
    if value in (None, ""):
        return None
    if of == PERSON:
        return names.person(value)
    if of == WORD:
        return words_of(model, key).get(value, value)
    if of == AMOUNT:
        return layout.number(value)
    return layout.tidy(value) if of == TEXT else value


def piece_values(kind: PieceKind, piece: Any) -> dict[str, str]:
    """What the cells of a piece mean, the same in every language."""
    return {key: meaning(kind.model, key, getattr(piece, _stored(kind.model, key))) for key in kind.fields}


def _stored(model: Any, key: str) -> str:
    return model._meta.get_field(key).attname


def meaning(model: Any, key: str, value: Any) -> str:
    """A value as text to compare; of what it points at the key."""
    if value in (None, ""):
        return ""
    if isinstance(value, Decimal):
        return layout.plain(float(value))
    if isinstance(value, dt.date):
        return value.isoformat()
    return layout.one_line(str(value)) if key != "ambition" else layout.tidy(str(value))


def amount_of(cell: Value) -> Decimal:
    if isinstance(cell, (int, float)):
        value = Decimal(layout.plain(cell) or "0")
    else:
        text = layout.plain(cell)
        try:
            value = parse_amount(text, get_language())
        except ValueError:
            known = {"text": f"'{text[:40]}'"}
            raise ValidationError(_("%(text)s is no number. Write it as 1.250,50 or 1,250.50.") % known) from None
    _fits(value)
    return value


def day_of(cell: Value, on: dt.date, *, start: bool = False) -> dt.date:
    if isinstance(cell, dt.date):
        if not EARLIEST <= cell <= LATEST:
            raise ValidationError(_("Choose a day between 2000 and 2099."))
        return cell
    text = layout.plain(cell)
    try:
        return texts.day_of(text, on, start=start)
    except ValidationError:
        known = {"text": f"'{text[:40]}'"}
        raise ValidationError(_("%(text)s is no date. Write it as 31-12-2026.") % known) from None


def text_of(model: Any, key: str, cell: Value) -> str:
    text = layout.plain(cell)
    text = text if key == "ambition" else layout.one_line(text)
    most = model._meta.get_field(key).max_length
    if most and len(text) > most:
        known = {"most": most, "now": len(text)}
        raise ValidationError(_("At most %(most)d characters; this is %(now)d.") % known)
    return text


def word_of(model: Any, key: str, cell: Value) -> str:
    text = layout.plain(cell).casefold()
    for value, label in model._meta.get_field(key).choices:
        if text in {word.casefold() for word in layout.in_all_languages(label)}:
            return value
    known = {"text": f"'{text[:40]}'", "words": ", ".join(words_of(model, key).values())}
    raise ValidationError(_("%(text)s: choose one of %(words)s.") % known)


def value_of(model: Any, key: str, cell: Value, on: dt.date) -> Any:
    """What a cell is worth as its field, but for those that point at a person or a choice. ValidationError, with a
    sentence, for what is none."""
    field = model._meta.get_field(key)
    if cell in (None, ""):
        if not (field.null or field.blank):
            raise ValidationError(_("This cannot be empty."))
        return None if field.null else ""
    of = kind_of(model, key)
    if of == AMOUNT:
        return amount_of(cell)
    if of == DAY:
        return day_of(cell, on, start=key in ("starts_on", "baseline_on"))
    return word_of(model, key, cell) if of == WORD else text_of(model, key, cell)


def wrongs(piece: Any) -> dict[str, str]:
    """Field → what is wrong with a piece as it would become: what the database would refuse, in words. No query."""
    if isinstance(piece, Plan):
        return _wrong_plan(piece)
    return _wrong_indicator(piece) if isinstance(piece, Indicator) else {}


def _wrong_plan(plan: Plan) -> dict[str, str]:
    found = {}
    if plan.ends_on < plan.starts_on:
        found["ends_on"] = _("The plan ends before it starts.")
    if not plan.ambition and not plan.is_draft:
        found["ambition"] = _("An active plan needs its ambition.")
    return found


def _wrong_indicator(indicator: Indicator) -> dict[str, str]:
    found = {}
    if indicator.baseline_on and indicator.target_on and indicator.target_on < indicator.baseline_on:
        found["target_on"] = _("The target's date lies before the baseline's.")
    for limit in ("green_limit", "amber_limit"):
        if (getattr(indicator, limit) or 0) < 0:
            found[limit] = _("A limit says how far the value may fall short: enter zero or more.")
    green, amber = indicator.green_limit, indicator.amber_limit
    if green is not None and amber is not None and amber < green:
        found.setdefault("amber_limit", _("The amber limit cannot be lower than the green one."))
    return found
