"""What a session is while it runs: which step has the floor, who leads, what was noted, and how screens follow it.

Every screen asks once in a while whether its `pulse_of` is still the one it shows; only then is anything sent.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Subquery
from django.utils.translation import gettext_lazy as _

from actions.stamps import newest_change
from ogsm.ready_query import FIRST, SECOND, ReadyQuery

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.models import Plan

    from .agenda_models import AgendaLine
    from .models import Decision

OPENING, FINISHED, CLOSING = "opening", "finished", "closing"
STEPS = (OPENING, FINISHED, CLOSING)
RUNS = "running"  # the state of a session


class Running(models.Model):
    """The part of a session that only matters while it runs. Its clocks are moments of the server."""

    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("leads the meeting"),
    )  # fmt: skip
    current_line = models.ForeignKey(
        "updates.AgendaLine", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    current_line_at = models.DateTimeField(null=True, blank=True, editable=False)
    current_step = models.CharField(max_length=10, blank=True, editable=False)
    note = models.TextField(_("general note"), blank=True, max_length=4000)
    pulse = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        pk: int
        plan: Plan
        plan_id: int
        state: str
        State: Any
        lines: Any
        lead_id: int | None
        current_line_id: int | None

        def _lock(self, *allowed: str) -> None: ...
        def change(self, *, by: User | None, at: dt.datetime, **values: Any) -> list[str]: ...

    @property
    def floor(self) -> str:
        """The key of the step that everybody sees: a line's number, or one of `STEPS`."""
        return str(self.current_line_id or self.current_step or OPENING)

    def leader(self) -> User | None:
        """Whom the screens follow: who has the lead, as long as that person may lead a session. Nobody after that, and
        then everybody leads who may. One query, if any."""
        leading = self.plan.memberships.leading().filter(user=self.lead_id).select_related("user")
        membership = leading.first() if self.lead_id else None
        return membership.user if membership else None

    def _beat(self) -> None:
        """Something changes: every screen looks again. One query."""
        type(self)._default_manager.filter(pk=self.pk).update(pulse=F("pulse") + 1)
        self.pulse += 1

    @transaction.atomic
    def turn_to(self, line: AgendaLine | None, *, at: dt.datetime, step: str = "") -> None:
        """Give a line the floor: its clock runs from now on, that of the line before it stops. Without a line it is
        `step` that everybody sees. Turning to what has the floor changes nothing. Not a record: leaves no history."""
        self._lock(self.State.RUNNING)
        now = (line.pk if line else None, "" if line else step)
        if (self.current_line_id, self.current_step) == now:
            return
        self._stop_clock(at)
        self.current_line, self.current_line_at, self.current_step = line, at if line else None, now[1]
        type(self)._default_manager.filter(pk=self.pk).update(
            current_line=line, current_line_at=self.current_line_at, current_step=self.current_step
        )

    def _stop_clock(self, at: dt.datetime) -> None:
        if self.current_line_id and self.current_line_at and at > self.current_line_at:
            seconds = int((at - self.current_line_at).total_seconds())
            self.lines.filter(pk=self.current_line_id).update(seconds=F("seconds") + seconds)

    @transaction.atomic
    def hand_over(self, to: User, *, by: User, at: dt.datetime) -> None:
        """From now on the screens follow `to`, who may lead sessions of this plan (else ValidationError). Twice changes
        nothing."""
        self._lock(self.State.RUNNING)
        if not self.plan.memberships.leading().filter(user=to).exists():
            raise ValidationError({"lead": _("Only a plan owner or process owner leads a session.")})
        self.change(by=by, at=at, lead=to)

    @transaction.atomic
    def write_note(self, note: str, *, by: User, at: dt.datetime) -> None:
        """What was said in general, for the minutes; only while the session runs."""
        self._lock(self.State.RUNNING)
        self.change(by=by, at=at, note=note.strip())

    @transaction.atomic
    def agree(self, *, text: str, who: User, due_on: dt.date, by: User, at: dt.datetime) -> Decision:
        """An agreement that belongs to no line."""
        from .models import Decision

        self._lock(self.State.RUNNING)
        made = Decision(
            plan_id=self.plan_id, session_id=self.pk, kind=Decision.Kind.AGREEMENT, text=text.strip(), who=who,
            due_on=due_on, by=by, at=at,
        )  # fmt: skip
        made._save(by=by, at=at)
        return made


def pulse_of(plan: Plan, session_id: int) -> str:
    """Another text as soon as a screen of the session must change: another step, something recorded, or (while it
    runs) an action of the plan changed by anybody. '' when there is no such session. One query."""
    for state, pulse, line, step, changed in _pulse_now().rows(plan.pk, session_id):
        return _pulse(state, pulse, line or step, changed)
    return ""


@lru_cache(maxsize=1)
def _pulse_now() -> ReadyQuery:
    from .models import Session

    latest = Subquery(newest_change(FIRST))
    sessions = Session.objects.filter(plan=FIRST, pk=SECOND).order_by()
    return ReadyQuery(sessions.values_list("state", "pulse", "current_line", "current_step", latest))


def pulse_seen(session: Running) -> str:
    """The same for a page that is being made of this session as it was read. Ask before anything else is read: what
    happens meanwhile then makes the page out of date, and not unnoticed. One query at most."""
    changed = newest_change(session.plan_id).first() if session.state == RUNS else None
    return _pulse(session.state, session.pulse, session.current_line_id or session.current_step, changed)


def _pulse(state: str, pulse: int, floor: object, changed: int | None) -> str:
    return f"{state}.{pulse}.{floor}.{changed or 0}" if state == RUNS else f"{state}.{pulse}"
