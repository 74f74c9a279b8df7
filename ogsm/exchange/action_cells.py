"""What the cells of an action's row mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from actions import cell_texts as texts
from actions.models import Action
from ogsm import marks

from . import layout
from .difference import shown
from .layout import (
    CHOICE,
    DEADLINE,
    DESCRIPTION,
    INVOLVED,
    LIGHT,
    LINK,
    RESPONSIBLE,
    RESULT,
    START,
    STATUS,
    Value,
)
from .lookup import Lookup, unknown
from .piece_layout import day_of

Read = tuple[Any, str, str]  # (the value, what it means, how it is shown)


class ActionCells:
    def __init__(self, lookup: Lookup, on: dt.date) -> None:
        self.lookup, self.on = lookup, on
        self._status = _words_back(dict(Action.Status.choices))
        self._light = {word.casefold(): light for light in layout.LIGHTS for word in _light_in_all_languages(light)}
        self._remembered: dict[tuple[str, Value], Read | ValidationError] = {}

    def read(self, key: str, cell: Value) -> Read:
        """Asked once for each text: a name stands in many rows. ValidationError with what is wrong."""
        asked = (key, cell)
        if asked not in self._remembered:
            try:
                self._remembered[asked] = self._readers[key](self, cell)
            except ValidationError as error:
                self._remembered[asked] = error
        answer = self._remembered[asked]
        if isinstance(answer, ValidationError):
            raise answer
        return answer

    def _choice_of(self, cell: Value) -> Read:
        choice = self.lookup.choice(layout.plain(cell))
        return choice, str(choice.pk), self.lookup.names.choice(choice.pk)

    def _responsible_of(self, cell: Value) -> Read:
        text = layout.plain(cell)
        if not text:
            raise ValidationError(_("Who is responsible? Choose one person of the list."))
        person = self.lookup.person(text)
        return person, str(person.pk), self.lookup.names.person(person)

    def _involved_of(self, cell: Value) -> Read:
        people = self.lookup.people_in(layout.plain(cell))
        meant = ",".join(map(str, sorted(person.pk for person in people)))
        return people, meant, self.lookup.people_shown(people)

    def _start_of(self, cell: Value) -> Read:
        return _dated(day_of(cell, self.on, start=True)) if cell not in (None, "") else (None, "", "")

    def _deadline_of(self, cell: Value) -> Read:
        if cell in (None, ""):
            raise ValidationError(_("By when? Write it as 31-12-2026."))
        return _dated(day_of(cell, self.on))

    def _status_of(self, cell: Value) -> Read:
        text = layout.plain(cell)
        status = self._status.get(text.casefold()) or texts.status_of(text)
        return status, status, str(Action.Status(status).label)

    def _light_of(self, cell: Value) -> Read:
        text = layout.plain(cell)
        if not text:
            return "", "", ""
        light = self._light.get(text.casefold())
        if light is None:
            raise ValidationError(unknown(text, _("A light is green, amber or red, or empty.")))
        return light, light, marks.light_word(light)

    def _result_of(self, cell: Value) -> Read:
        line = texts.result_of(layout.plain(cell))
        return line, line, line

    def _description_of(self, cell: Value) -> Read:
        text = texts.description_of(layout.plain(cell))
        return text, text, text

    def _link_of(self, cell: Value) -> Read:
        link = texts.link_of(layout.plain(cell))
        return link, link, link

    _readers: dict[str, Callable[[Any, Value], Read]] = {
        CHOICE: _choice_of,
        RESULT: _result_of,
        RESPONSIBLE: _responsible_of,
        INVOLVED: _involved_of,
        START: _start_of,
        DEADLINE: _deadline_of,
        STATUS: _status_of,
        LIGHT: _light_of,
        DESCRIPTION: _description_of,
        LINK: _link_of,
    }


def _dated(day: dt.date) -> Read:
    return day, day.isoformat(), shown(day)


def _words_back(labels: dict[str, Any]) -> dict[str, str]:
    return {word.casefold(): value for value, label in labels.items() for word in layout.in_all_languages(label)}


class _LightWord:
    def __init__(self, light: str) -> None:
        self.light = light

    def __str__(self) -> str:
        return marks.light_word(self.light)


def _light_in_all_languages(light: str) -> set[str]:
    return layout.in_all_languages(_LightWord(light))
