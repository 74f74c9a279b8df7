"""Taking back an act on an action, by its own verbs: place, archive, deadline with its shift, and the other fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ogsm.accounts.models import User
from ogsm.pages import refusal
from plans.access import PlanAccess
from plans.models import Indicator
from plans.undo.back import Undoing
from plans.undo.words import changed_since, who_left

from .models import Action, StaleMove
from .table import may_change

Values = dict[str, Any]


def may_take_back(access: PlanAccess, action: Action, name: str) -> bool:
    """Whether the reader may still change this field."""
    if name == "archived_at":
        return access.may_decide_action(action)
    return may_change(access, action, "status" if name == "version" else name)


def action_back(undoing: Undoing) -> None:
    """Each field by itself; the report says of the others why they stay."""
    access, act, action = undoing.access, undoing.act, undoing.stored
    allowed = [name for name in act.fields if may_take_back(access, action, name)]
    if len(allowed) < len(act.fields):
        undoing.refuse(_("you may not change this any more"), forbidden=not allowed)
    if "archived_at" in allowed:
        _archive_back(undoing)
    elif action.is_archived and allowed:
        return undoing.refuse(_("it is archived now"))
    if "version" in allowed:
        _place_back(undoing)
    return _fields_back(undoing, [name for name in allowed if name not in ("archived_at", "version")])


def _archive_back(undoing: Undoing) -> None:
    if undoing.act.after("archived_at") and undoing.stored.choice.is_archived:
        return undoing.refuse(_("Its strategic choice is archived: restore that first."))
    return undoing.archive_back()


def _place_back(undoing: Undoing) -> None:
    act, action = undoing.act, undoing.stored
    try:
        with transaction.atomic():
            moved = action.undo_move(**undoing.who, version=act.after("version"))
    except StaleMove:
        who = undoing.since.who_changed(act, "version")
        undoing.report.kept.append(changed_since(undoing.label("version"), who, undoing.access.user))
    except ValidationError as error:
        undoing.refuse(refusal(error))
    else:
        undoing.done(["version"] if moved else [])


def _fields_back(undoing: Undoing, names: list[str]) -> None:
    """The fields of the form. They come back together, or, where one of them no longer fits, none of them."""
    values: Values = {}
    for name in names:
        if undoing.is_open(name):
            try:
                values[name] = _value_before(undoing, name)
            except ValidationError as error:
                undoing.keep(name, refusal(error))
    if not values:
        return
    light = undoing.act.acted.get("light")
    if "responsible" in values and light and undoing.since.verdict(undoing.act, "light", undoing.stored).name == "OPEN":
        values["light"] = light[0]
    try:
        with transaction.atomic():
            _write(undoing, dict(values))
    except ValidationError as error:
        undoing.refuse(refusal(error))
        undoing.stored.refresh_from_db()
    else:
        undoing.done(name for name in values if name != "light")


def _value_before(undoing: Undoing, name: str) -> Any:
    """What the verb takes. ValidationError when that is no longer there."""
    access, before = undoing.access, undoing.act.before(name)
    if name == "choice":
        choice = access.plan.choices.live().filter(pk=before).first()
        if choice is None or not access.may_add_action(choice):
            raise ValidationError(_("that strategic choice is archived, or no longer yours"))
        return choice
    if name == "responsible":
        return _people(undoing, {before})[0]
    if name == "involved":
        return _people(undoing, before, now=undoing.act.after(name))
    if name == "serves":
        return list(Indicator.objects.filter(pk__in=before, choice__plan=access.plan))
    return before


def _people(undoing: Undoing, keys: Iterable[int], now: Any = None) -> list[User]:
    """Those of them who still take part. ValidationError when that makes nobody, or the same as `now`."""
    people = undoing.members.known(keys)
    if keys and (not people or {user.pk for user in people} == now):
        raise ValidationError(who_left())
    return people


def _write(undoing: Undoing, values: Values) -> None:
    """The deadline first where the start would otherwise lie after it for a moment."""
    action = undoing.stored
    if "deadline" not in values:
        action.edit(**undoing.who, why=undoing.why, **values)
        return
    deadline = values.pop("deadline")
    fits_now = not action.starts_on or action.starts_on <= deadline
    if fits_now:
        _deadline_back(undoing, deadline)
    if values:
        action.edit(**undoing.who, why=undoing.why, **values)
    if not fits_now:
        _deadline_back(undoing, deadline)


def _deadline_back(undoing: Undoing, deadline: Any) -> None:
    """A shift that is taken back no longer counts; one that had been taken back itself is made again, as it was
    reasoned then. In a draft it is a plain change."""
    action, act = undoing.stored, undoing.act
    shifts = list(action.shifts.all())
    if made := [shift for shift in shifts if shift.at == act.at and not shift.undone_at]:
        action.undo_shift(made[-1], **undoing.who)
    elif undone := [shift for shift in shifts if shift.undone_at == act.at]:
        action.shift_deadline(deadline, reason=undone[-1].reason, **undoing.who)
    elif action.original_deadline is None:
        action.edit(**undoing.who, why=undoing.why, deadline=deadline)
    else:
        raise ValidationError(_("The plan runs since: give the deadline a reason."))
