"""What happened to the actions of a plan between two sessions, read from their history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Max, QuerySet

from actions.models import Action, DeadlineShift
from actions.rules import DONE
from ogsm.accounts.models import User

if TYPE_CHECKING:
    from .models import Session

FINISHED, MOVED, NEW, RESPONSIBLE, RESULT, RESTORED, ARCHIVED = (
    "finished", "moved", "new", "responsible", "result", "restored", "archived",
)  # fmt: skip
IN_ORDER = (FINISHED, MOVED, NEW, RESPONSIBLE, RESULT, RESTORED, ARCHIVED)
FOLLOWED = ("result", "responsible_id", "is_archived", "status")
ROW = (
    "id", "history_date", "history_type", "history_change_reason", "result", "responsible_id", "archived_at", "status",
    "completed_on",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One change of one action: its `kind`, from what to what (days as '2026-07-31', people by name), and why."""

    kind: str
    title: str
    action: int
    before: str = ""
    after: str = ""
    text: str = ""

    @classmethod
    def read(cls, record: dict[str, Any]) -> Change:
        """From closed minutes."""
        texts = {name: record.get(name) or "" for name in ("before", "after", "text")}
        return cls(record["kind"], record["title"], record["action"], **texts)

    def as_record(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def before_day(self) -> dt.date | None:
        return dt.date.fromisoformat(self.before) if self.before else None

    @property
    def after_day(self) -> dt.date | None:
        return dt.date.fromisoformat(self.after) if self.after else None


def changes_since(last: Session | None, session: Session) -> list[Change]:
    """What changed after the closing of the session before (without one: while this one ran), up to and including this
    one's closing, without what this session decided itself. Five queries."""
    after = last.closed_at if last else session.started_at
    if after is None:
        return []
    changes = [*_shifts(after, session), *_edits(after, session)]
    return sorted(changes, key=lambda change: IN_ORDER.index(change.kind))


def _shifts(after: dt.datetime, session: Session) -> Iterator[Change]:
    shifts = DeadlineShift.objects.filter(
        action__plan=session.plan_id, action__archived_at=None, undone_at=None, at__gt=after
    ).exclude(pk__in=session.decisions.exclude(shift=None).values("shift"))
    if session.closed_at:
        shifts = shifts.filter(at__lte=session.closed_at)
    for shift in shifts.select_related("action"):
        days = shift.from_date.isoformat(), shift.to_date.isoformat()
        yield Change(MOVED, shift.action.result, shift.action_id, *days, shift.reason)


@dataclass
class _Story:
    """An action's rows since a moment: its last one, whether it is new, and per field what others than the session
    itself made of it (before, after, why)."""

    now: dict[str, Any]
    is_new: bool = False
    told: dict[str, tuple[Any, Any, str]] = field(default_factory=dict)

    def tell(self, row: dict[str, Any], *, decided: bool) -> None:
        for name in FOLLOWED:
            if row[name] != self.now[name] and not decided:
                first = self.told.get(name, (self.now[name],))[0]
                self.told[name] = (first, row[name], row["history_change_reason"] or "")
        self.now = row

    def change(self, name: str) -> tuple[Any, Any, str] | None:
        """None when the field is what it was."""
        told = self.told.get(name)
        return told if told and told[0] != told[1] else None


def _edits(after: dt.datetime, session: Session) -> Iterator[Change]:
    history = Action.history.filter(plan_id=session.plan_id)
    rows = history.filter(history_date__gt=after)
    if session.closed_at:
        rows = rows.filter(history_date__lte=session.closed_at)
    decided = set()
    for action_id, *moments in session.decisions.exclude(action=None).values_list("action_id", "at", "undone_at"):
        decided |= {(action_id, moment) for moment in moments}
    earlier = history.filter(history_date__lte=after, id__in=rows.values("id"))
    last = earlier.order_by().values("id").annotate(last=Max("history_id")).values("last")
    stories = {row["id"]: _Story(row) for row in _read(history.filter(history_id__in=last))}
    for row in _read(rows.order_by("history_date", "history_id")):
        own = (row["id"], row["history_date"]) in decided
        if row["id"] in stories:
            stories[row["id"]].tell(row, decided=own)
        elif row["history_type"] == "+":
            stories[row["id"]] = _Story(row, is_new=not own)
    people = {story.now["responsible_id"] for story in stories.values()}
    for story in stories.values():
        people |= set((story.change("responsible_id") or ())[:2])
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=people)}
    for story in stories.values():
        yield from _told(story, names)


def _read(rows: QuerySet) -> list[dict[str, Any]]:
    """One query."""
    found = list(rows.values(*ROW))
    return [{**row, "is_archived": row["archived_at"] is not None} for row in found]


def _told(story: _Story, names: dict[int, str]) -> Iterator[Change]:
    """What changed about one action; what lies in the archive, or is new, says nothing more than that."""
    now = story.now
    title, who, action = now["result"], names.get(now["responsible_id"], ""), now["id"]
    archived, status = story.change("is_archived"), story.change("status")
    if now["is_archived"]:
        if archived and not story.is_new:
            yield Change(ARCHIVED, title, action, text=archived[2])
        return
    if now["status"] == DONE and (status or story.is_new):
        yield Change(FINISHED, title, action, after=now["completed_on"].isoformat())
    if story.is_new:
        yield Change(NEW, title, action, after=who)
        return
    if archived:
        yield Change(RESTORED, title, action, after=who)
    if responsible := story.change("responsible_id"):
        old, new, why = responsible
        yield Change(RESPONSIBLE, title, action, names.get(old, ""), names.get(new, ""), why)
    if result := story.change("result"):
        yield Change(RESULT, title, action, *result)
