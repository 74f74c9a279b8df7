"""Decisions in a session: each writes the plan and the record in one transaction, under the plan's lock."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from simple_history.utils import bulk_update_with_history

from actions.models import Action
from ogsm.pieces import UNDONE
from plans.models import Choice

from .agenda import Kind as AgendaKind
from .models import AgendaLine, Decision, HelpRequest, Session, recount_help
from .steering_services import require_taking_part, take_back

if TYPE_CHECKING:
    from ogsm.accounts.models import User

Kind = Decision.Kind
UNDECIDED = ("", AgendaLine.Outcome.PARKED, AgendaLine.Outcome.OUTSIDE)


def _record(line: AgendaLine, kind: str, *, by: User, at: dt.datetime, **values: Any) -> Decision:
    _discussed(line, by=by, at=at)
    values = {"action": line.action, **values}
    decision = Decision(
        plan_id=line.session.plan_id, session=line.session, line=line, kind=kind, by=by, at=at, **values
    )
    decision._save(by=by, at=at)
    return decision


def _discussed(line: AgendaLine, *, by: User, at: dt.datetime) -> None:
    """What is decided on has been discussed. A finished line keeps its own question, and so its empty outcome."""
    if line.is_discussed_line and line.outcome in UNDECIDED:
        line.mark(AgendaLine.Outcome.DISCUSSED, by=by, at=at)


def _action_of(line: AgendaLine) -> Action:
    """The line's action, fresh and locked with its plan. ValidationError when it has none or the session has ended."""
    line.session._lock(Session.State.RUNNING)
    line.refresh_from_db()
    if line.action is None or line.action.is_archived:
        raise ValidationError(_("This line is not about an action that still stands."), code="action")
    return line.action


@transaction.atomic
def deadline_decide(line: AgendaLine, *, to_date: dt.date, reason: str, by: User, at: dt.datetime) -> Decision:
    """A new deadline for the line's action. ValidationError without a reason, before its start or when unchanged."""
    action = _action_of(line)
    before = action.deadline
    if to_date == before:
        raise ValidationError({"deadline": _("This is the deadline already.")})
    shift = action.shift_deadline(to_date, reason=reason, by=by, at=at)
    return _record(
        line, Kind.NEW_DEADLINE, by=by, at=at, text=reason.strip(), before=before.isoformat(),
        after=to_date.isoformat(), shift=shift,
    )  # fmt: skip


@transaction.atomic
def result_decide(line: AgendaLine, *, result: str, reason: str, by: User, at: dt.datetime) -> Decision:
    """Accept a smaller result."""
    action = _action_of(line)
    before = action.result
    if result == before:
        raise ValidationError({"result": _("This is the result already.")})
    action.edit(by=by, at=at, why=reason, result=result)
    return _record(
        line, Kind.SMALLER_RESULT, by=by, at=at, text=reason.strip(), before=before, after=result,
        replaced={"result": [before, result]},
    )  # fmt: skip


@transaction.atomic
def responsible_decide(line: AgendaLine, *, responsible: User, reason: str, by: User, at: dt.datetime) -> Decision:
    """Hand the action to someone else, who has not judged it yet."""
    action = _action_of(line)
    before, light = action.responsible, action.light
    if responsible == before:
        raise ValidationError({"responsible": _("This person is responsible already.")})
    action.edit(by=by, at=at, why=reason, responsible=responsible)
    return _record(
        line,
        Kind.OTHER_RESPONSIBLE,
        by=by,
        at=at,
        text=reason.strip(),
        before=str(before),
        after=str(responsible),
        replaced={
            "responsible_id": [before.pk, responsible.pk],
            "light": [light, action.light],
        },
    )


@transaction.atomic
def action_stop(line: AgendaLine, *, reason: str, by: User, at: dt.datetime) -> Decision:
    """Stop the action: it goes to the archive, from where it can be restored."""
    action = _action_of(line)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why we stop.")})
    action.archive(by=by, at=at, why=reason)
    return _record(line, Kind.STOP, by=by, at=at, text=reason.strip())


def choice_of(line: AgendaLine) -> Choice | None:
    """The live strategic choice that a line is about; None for a point of our own. Up to two queries."""
    piece = line.action or line.indicator
    choice = piece.choice if piece else line.choice
    return None if choice is None or choice.is_archived else choice


@transaction.atomic
def action_add(
    line: AgendaLine, *, result: str, responsible: User, deadline: dt.date, by: User, at: dt.datetime
) -> Decision:
    """An extra action in the line's strategic choice. ValidationError when the line is not about one."""
    line.session._lock(Session.State.RUNNING)
    line.refresh_from_db()
    choice = choice_of(line)
    if choice is None:
        raise ValidationError(_("This line is not about a strategic choice that still stands."), code="choice")
    action = Action.create(
        by=by, at=at, plan=line.session.plan, choice=choice, result=result, responsible=responsible, deadline=deadline
    )
    return _record(
        line, Kind.EXTRA_ACTION, by=by, at=at, action=action, text=result, who=responsible, due_on=deadline
    )  # fmt: skip


@transaction.atomic
def agreement_make(
    line: AgendaLine,
    *,
    text: str,
    who: User,
    due_on: dt.date,
    by: User,
    at: dt.datetime,
) -> Decision:
    """What somebody will do, and by when."""
    line.session._lock(Session.State.RUNNING)
    line.refresh_from_db()
    return _record(line, Kind.AGREEMENT, by=by, at=at, text=text.strip(), who=who, due_on=due_on)


def open_questions(line: AgendaLine) -> QuerySet[HelpRequest]:
    """The help that may be promised on the line: its own question, or all that its action asks for."""
    asked = HelpRequest.objects.open().of_live_actions()
    if line.kind == AgendaKind.HELP:
        return asked.filter(pk=line.help_request_id)
    return asked.filter(action=line.action_id) if line.kind == AgendaKind.ACTION else asked.none()


@transaction.atomic
def help_promise(
    line: AgendaLine, request: HelpRequest, *, who: User, due_on: dt.date, text: str = "",
    state: str = HelpRequest.State.YES, by: User, at: dt.datetime,
) -> Decision:  # fmt: skip
    """Somebody promises the help that the line's action asks for, or part of it. ValidationError when it was answered
    already."""
    line.session._lock(Session.State.RUNNING)
    line.refresh_from_db()
    if request.action_id != line.action_id:
        raise ValidationError(_("This help was asked for another action."), code="action")
    _discussed(line, by=by, at=at)
    promise = request.reply(state, by=by, at=at, answer=text.strip(), promised_on=due_on, who=who, line=line)
    return cast(Decision, promise)  # what is promised by a day is one


@transaction.atomic
def help_refuse(line: AgendaLine, *, by: User, at: dt.datetime) -> None:
    """'No' to the question the line carries, in the name of the one asked. ValidationError when it was answered."""
    line.session._lock(Session.State.RUNNING)
    line.refresh_from_db()
    asked = _question_of(line)
    _discussed(line, by=by, at=at)
    asked.reply(HelpRequest.State.NO, by=by, at=at, who=asked.asked_of, line=line)


@transaction.atomic
def help_reopen(line: AgendaLine, *, by: User, at: dt.datetime) -> None:
    """Take that 'no' back: the question is open again. Twice changes nothing."""
    line.session._lock(Session.State.RUNNING)
    line.refresh_from_db()
    asked = _question_of(line)
    if not line.was_refused:
        return
    said_here = line.outcome_at == asked.answered_at
    _open_again(asked, by=by, at=at)
    if said_here and not line.decisions.standing().exists():
        line.mark("", by=by, at=at)


def _question_of(line: AgendaLine) -> HelpRequest:
    if line.help_request is None:
        raise ValidationError(_("This line carries no question."), code="help")
    return line.help_request


def _open_again(asked: HelpRequest, *, by: User, at: dt.datetime) -> None:
    nothing: dict[str, Any] = {"answer": "", "promised_on": None, "answered_by": None, "answered_at": None}
    nothing["answered_for"] = None
    asked.change(by=by, at=at, state=HelpRequest.State.OPEN, **nothing)
    recount_help(asked.action, by=by, at=at)


@transaction.atomic
def finished_confirm(session: Session, *, by: User, at: dt.datetime) -> None:
    """Rightly finished, in one stroke, for every finished line without an answer; the closing confirms the actions."""
    session._lock(Session.State.RUNNING)
    lines = list(session.lines.filter(section=AgendaLine.Section.FINISHED, outcome=""))
    for line in lines:
        line.outcome = AgendaLine.Outcome.CONFIRMED
    bulk_update_with_history(lines, AgendaLine, ["outcome"], default_user=by, default_date=at)


@transaction.atomic
def decision_undo(decision: Decision, *, by: User, at: dt.datetime) -> None:
    """Take a decision back while its session runs: the plan is as before it. ValidationError when it no longer can."""
    if decision.session is None:
        raise ValidationError(_("This was not decided in a session."), code="session")
    decision.session._lock(Session.State.RUNNING)
    decision.refresh_from_db()
    if decision.undone_at is not None:
        return
    if decision.action is not None:
        decision.action.refresh_from_db()
        _undo_on(decision.action, decision, by=by, at=at)
    elif decision.replaced:
        take_back(decision, by=by, at=at)
    decision.undone_at = at
    decision._save(by=by, at=at)
    if decision.line is not None:
        _undiscussed(decision.line, by=by, at=at)


def _undo_on(action: Action, decision: Decision, *, by: User, at: dt.datetime) -> None:
    if decision.kind == Kind.NEW_DEADLINE and decision.shift:
        action.undo_shift(decision.shift, by=by, at=at)
    elif decision.replaced:
        _take_back(action, decision, by=by, at=at)
    elif decision.kind == Kind.STOP:
        if action.choice.is_archived:
            raise ValidationError(_("Its strategic choice is archived: restore that first."), code="choice")
        action.restore(by=by, at=at)
    elif decision.kind == Kind.HELP_PROMISED:
        answered = action.help_requests.filter(answered_at=decision.at, answered_by=decision.who)
        for asked in answered.filter(promised_on=decision.due_on):
            _open_again(asked, by=by, at=at)
    elif decision.kind == Kind.EXTRA_ACTION:
        action.archive(by=by, at=at, why=UNDONE)


def _undiscussed(line: AgendaLine, *, by: User, at: dt.datetime) -> None:
    """With its last decision a line loses the outcome that deciding gave it; what was marked by hand stays."""
    line.refresh_from_db()
    if line.outcome != AgendaLine.Outcome.DISCUSSED or line.decisions.standing().exists():
        return
    if line.outcome_at and line.decisions.filter(at=line.outcome_at).exists():
        line.mark("", by=by, at=at)


def _take_back(action: Action, decision: Decision, *, by: User, at: dt.datetime) -> None:
    """Put the fields back that the decision changed, unless one has changed again since."""
    if any(getattr(action, field) != new for field, (_old, new) in decision.replaced.items()):
        raise ValidationError(_("It has changed again since."), code="stale")
    values = {field: old for field, (old, _new) in decision.replaced.items()}
    require_taking_part(decision, values)
    action.change(by=by, at=at, **values)
