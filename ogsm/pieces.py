"""What every piece of a plan shares: recorded changes, archiving, a place among its siblings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Self, TypeVar

from django.db import DEFAULT_DB_ALIAS, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from .history_copy import HistoryCopy

if TYPE_CHECKING:
    from ogsm.accounts.models import User


P = ParamSpec("P")
R = TypeVar("R")


def in_one_transaction(verb: Callable[P, R]) -> Callable[P, R]:
    """All or nothing; part of the transaction there is, where there is one, without a savepoint of its own. For a verb
    that refuses before it writes: what it raises may be caught within that transaction."""

    @wraps(verb)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        with nullcontext() if transaction.get_connection().in_atomic_block else transaction.atomic():
            return verb(*args, **kwargs)

    return inner


UNDONE = "undone"  # the reason of what takes something back: a code, said in words where it is read


class _Manager(HistoryManager):
    """As that of the library, which makes a new class each time that somebody looks at a history."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type[models.QuerySet], class_name: str | None = None) -> type[Any]:
        return super().from_queryset(queryset_class, class_name)


class _History(HistoricalRecords):
    """Keeps no row of a save that wrote excluded fields only, nor, on request, of deletions."""

    def __init__(
        self, *args: Any, deletions: bool = True, indexes: Iterable[models.Index] = (), **options: Any
    ) -> None:
        self.deletions, self.indexes = deletions, list(indexes)
        self.copies: dict[tuple[type[Any], str], HistoryCopy] = {}
        super().__init__(*args, history_manager=_Manager, **options)

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        return {**super().get_meta_options(model), "indexes": self.indexes}

    def post_save(self, instance: models.Model, created: bool, using: Any = None, **more: Any) -> None:
        written = more.get("update_fields")
        if not written or not set(self.excluded_fields).issuperset(written):
            super().post_save(instance, created, using, **more)

    def post_delete(self, instance: models.Model, using: Any = None, **more: Any) -> None:
        if self.deletions:
            super().post_delete(instance, using, **more)

    def create_historical_record(self, instance: models.Model, history_type: str, using: Any = None) -> None:
        """Has the database copy the row; of one that is gone it keeps what was read of it. Sends no signals."""
        if history_type == "-":
            super().create_historical_record(instance, history_type, using=using)
            return
        by = self.get_history_user(instance)
        self._copy_of(type(instance), instance._state.db or DEFAULT_DB_ALIAS).make(
            instance.pk,
            at=getattr(instance, "_history_date", None) or timezone.now(),
            why=self.get_change_reason_for_object(instance, history_type, using),
            kind=history_type,
            by=by.pk if by else None,
        )

    def _copy_of(self, model: type[Any], using: str) -> HistoryCopy:
        if (model, using) not in self.copies:
            kept = getattr(model, self.manager_name).model
            links = {field: self.m2m_models[field] for field in kept._history_m2m_fields}  # of all models together
            self.copies[model, using] = HistoryCopy(kept, self.fields_included(model), links, using)
        return self.copies[model, using]


def history(*, deletions: bool = True, **options: Any) -> HistoricalRecords:
    """The change history of a model, with room for a reason of any length. `deletions=False` where rows are only ever
    deleted by the dozen along with something else: each of them would cost a query."""
    return _History(history_change_reason_field=models.TextField(null=True), deletions=deletions, **options)


def sign(piece: Any, *, by: User | None, at: dt.datetime) -> None:
    """Who saves it next, and when, in its history; where nothing is said, the request and the clock say it."""
    piece._history_user, piece._history_date = by, at


class Recorded(models.Model):
    """A model whose every save says who did it, when and why."""

    class Meta:
        abstract = True

    def record(
        self,
        *,
        by: User | None,
        at: dt.datetime,
        why: str = "",
        fields: Iterable[str] | None = None,
    ) -> None:
        """Save and write one history row. `fields` limits the columns written (all when None)."""
        sign(self, by=by, at=at)
        self._change_reason = why or None
        self.save(update_fields=fields)

    def change(self, *, by: User | None, at: dt.datetime, why: str = "", **values: Any) -> list[str]:
        """Set the given fields and record them; returns the names that really changed (nothing saved when none)."""
        changed = [name for name, value in values.items() if getattr(self, name) != value]
        for name in changed:
            setattr(self, name, values[name])
        if changed:
            self.record(by=by, at=at, why=why, fields=changed)
        return changed


class Archivable(Recorded):
    """Archived instead of deleted: off page, board, agenda and counts, and restored as it was."""

    archived_at = models.DateTimeField(_("archived at"), null=True, blank=True, editable=False)
    held_by = ""  # the field with the member who has to do it, where there is one

    class Meta:
        abstract = True

    @property
    def holder_id(self) -> int | None:
        """Who has to do it, as long as it is to be done."""
        return getattr(self, f"{self.held_by}_id") if self.held_by else None

    def hand_to(self, heir: User, *, by: User | None, at: dt.datetime, why: str = "") -> None:
        """Somebody else has to do it."""
        values: dict[str, Any] = {self.held_by: heir}
        self.change(by=by, at=at, why=why, **values)

    def comes_back_with(self) -> list[Archivable]:
        """What a restore brings back: itself first."""
        return [self]

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    def archive(self, *, by: User | None, at: dt.datetime, why: str = "") -> None:
        """Take it off every page. Archiving twice changes nothing."""
        if self.archived_at is None:
            self.change(by=by, at=at, why=why, archived_at=at)

    def restore(self, *, by: User | None, at: dt.datetime, why: str = "") -> None:
        """Bring it back where it was. Restoring twice changes nothing."""
        self.change(by=by, at=at, why=why, archived_at=None)


class ArchivedWithChoice(Archivable):
    """A piece under a strategic choice: goes with it into the archive, and only then comes back with it."""

    archived_with_choice = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    def archive_with_choice(self, *, by: User | None, at: dt.datetime) -> None:
        self.change(by=by, at=at, archived_at=at, archived_with_choice=True)

    def restore_with_choice(self, *, by: User | None, at: dt.datetime, why: str = "") -> None:
        """The choice has seen to it that whoever has to do it is there."""
        self.change(by=by, at=at, why=why, archived_at=None, archived_with_choice=False)


class LiveQuerySet(models.QuerySet):
    """Querysets of archivable pieces."""

    def live(self) -> Self:
        """Without what was archived."""
        return self.filter(archived_at=None)

    def archived(self) -> Self:
        return self.exclude(archived_at=None)


def next_position(siblings: models.QuerySet) -> int:
    """The position after the last of `siblings`. One query."""
    last = siblings.aggregate(last=models.Max("position"))["last"]
    return 0 if last is None else last + 1


@dataclass(frozen=True)
class Place:
    """Where a piece stands among its live siblings, counted from 1; `undo` is the neighbour to go back to: `before` or
    `after` and its id, None when the piece did not move."""

    number: int
    total: int
    undo: tuple[str, int] | None = None


def move_piece(piece: Any, siblings: models.QuerySet, *, up: bool, by: User | None, at: dt.datetime) -> Place:
    """Swap a piece with its live neighbour above or below; at the end it stays."""
    ordered = _in_order(siblings)
    here = _index(ordered, piece.pk)
    return _settle(ordered, here, min(max(here - 1 if up else here + 1, 0), len(ordered) - 1), by=by, at=at)


def place_piece(
    piece: Any, siblings: models.QuerySet, *, side: str, neighbour: int, by: User | None, at: dt.datetime
) -> Place:
    """Put a piece `before` or `after` one of its live siblings. `LookupError` when that is none of them."""
    ordered = _in_order(siblings)
    here, there = _index(ordered, piece.pk), _index(ordered, neighbour)
    if here != there:
        there += (side == "after") - (here < there)  # its own place is left open first
    return _settle(ordered, here, there, by=by, at=at)


def _in_order(siblings: models.QuerySet) -> list[Any]:
    return list(siblings.order_by("position", "pk"))


def _index(ordered: list[Any], pk: int) -> int:
    for place, sibling in enumerate(ordered):
        if sibling.pk == pk:
            return place
    raise LookupError(pk)


def _settle(ordered: list[Any], here: int, there: int, *, by: User | None, at: dt.datetime) -> Place:
    """Writes the new positions; what keeps its position gets no history."""
    if here == there:
        return Place(here + 1, len(ordered))
    below = ordered[here + 1].pk if here + 1 < len(ordered) else None
    undo = ("before", below) if below is not None else ("after", ordered[here - 1].pk)
    ordered.insert(there, ordered.pop(here))
    for position, sibling in enumerate(ordered):
        sibling.change(by=by, at=at, position=position)
    return Place(there + 1, len(ordered), undo)
