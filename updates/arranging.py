"""What the facilitator wants of a coming agenda: other places, other minutes. Kept as wishes, since the agenda is made
anew each time until it is fixed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from . import agenda
from .agenda_order import Move, Wishes

if TYPE_CHECKING:
    from ogsm.accounts.models import User

DROPPED = "dropped"
MOST_MINUTES = 60
MOST_WISHES = 300  # of lines that left long ago, the oldest are forgotten


class Arranged(models.Model):
    """The wishes for the agenda of a session, and the verbs that change them before its start."""

    agenda_wishes = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        COMING: Any

        def _lock(self, *allowed: str) -> None: ...
        def change(self, *, by: User | None, at: dt.datetime, **values: Any) -> list[str]: ...

    @property
    def wishes(self) -> Wishes:
        return Wishes.read(self.agenda_wishes)

    @transaction.atomic
    def place_line(self, key: str, *, above: str | None, below: str | None, by: User, at: dt.datetime) -> None:
        """A line between two others of its section (None: it becomes the first, or the last). ValidationError once the
        agenda is fixed."""
        self._lock(*self.COMING)
        wishes = self.wishes
        moves = [move for move in wishes.moves if move.key != key]
        self._store(Wishes((*moves, Move(key, above, below))[-MOST_WISHES:], wishes.minutes).as_json())

    @transaction.atomic
    def give_minutes(self, key: str, minutes: int | None, *, by: User, at: dt.datetime) -> None:
        """So many minutes for a line, whatever the box: none puts it outside the session, None leaves it to the rules.
        ValidationError for a number that is none of minutes, for a point of our own put outside, or once fixed."""
        self._lock(*self.COMING)
        least = 1 if key.startswith(f"{agenda.Kind.POINT}-") else 0
        if minutes is not None and not least <= minutes <= MOST_MINUTES:
            message = _("Give a line %(least)d to %(most)d minutes.")
            raise ValidationError(message % {"least": least, "most": MOST_MINUTES}, code="minutes")
        wishes = self.wishes
        others = [(name, number) for name, number in wishes.minutes.items() if name != key]
        mine = [] if minutes is None else [(key, minutes)]
        self._store(Wishes(wishes.moves, dict([*others, *mine][-MOST_WISHES:])).as_json())

    @transaction.atomic
    def drop_wishes(self, *, by: User, at: dt.datetime) -> None:
        """Back to the order and the minutes of the rules; what was wished is kept for an undo."""
        self._lock(*self.COMING)
        if self.wishes:
            self._store({DROPPED: self.agenda_wishes})

    @transaction.atomic
    def take_up_wishes(self, *, by: User, at: dt.datetime) -> bool:
        """The wishes that were dropped last, unless there are new ones; whether anything changed."""
        self._lock(*self.COMING)
        if DROPPED not in self.agenda_wishes or self.wishes:
            return False
        self._store(self.agenda_wishes[DROPPED])
        return True

    def _store(self, stored: dict[str, Any]) -> None:
        """Not a record: leaves no history."""
        self.agenda_wishes = stored
        type(self)._default_manager.filter(pk=self.pk).update(agenda_wishes=stored)
