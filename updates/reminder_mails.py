"""What the mails of a session's preparation say, and those about what falls due: found at the moment they are sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.rules import Flag
from ogsm import words

from .models import Decision, HelpRequest, OutgoingMail, Session
from .my_work import MINUTES_PER_UPDATE, Letter, letter_for
from .outbox import composer, whole
from .prepare_links import prepare_url
from .reminder_rules import Falling, falling
from .reminders import FALLING_DUE, PREPARATION, Owing, leads_of, open_promises, open_questions, owing_of


@dataclass(frozen=True)
class Row:
    """One line of a list: what it is about, and what is to be said of it."""

    name: str
    note: str = ""
    is_late: bool = False
    is_question: bool = False
    is_person: bool = False


@dataclass(frozen=True)
class Part:
    """A heading with its lines."""

    heading: str
    rows: list[Row]


def _today(at: dt.datetime) -> dt.date:
    return timezone.localdate(at, timezone.get_default_timezone())


@composer(PREPARATION)
def preparation_mail(mail: OutgoingMail, at: dt.datetime) -> dict[str, Any] | None:
    """The reader's own part of one session; None when it is no longer in preparation, or nothing is left to remind
    of. About 25 queries."""
    session = Session.objects.select_related("plan", "facilitator").filter(pk=mail.facts["session"]).first()
    if session is None or session.state != Session.State.OPEN or session.starts_at <= at:
        return None
    stage, reader, on = mail.facts["stage"], mail.user, _today(at)
    people = owing_of(session, on)
    mine = next((one for one in people if one.user.pk == reader.pk), None)
    if mine is None:  # no longer takes part
        return None
    leads = stage == "last-call" and reader.pk in leads_of(session.plan)
    silent = [one for one in people if one.owes and one.user.pk != reader.pk] if leads else []
    if stage != "invitation" and not mine.owes and not silent:
        return None
    parts = _parts(letter_for(reader, at=at, on=on), session, mine, on)
    only_reviews = mine.reviews > 0 and len(parts) == 1  # choices are judged where their figures stand
    prepares = bool(parts) and (mine.owes or not silent)  # else there is nothing to do but look who is ready
    if silent:
        unheard = Part(_("Still to be heard"), [Row(str(one.user), _todo(one), is_person=True) for one in silent])
        parts.insert(0 if not mine.owes else len(parts), unheard)
    return {
        "session": session, "plan": session.plan, "stage": stage, "parts": parts, "mine": mine, "silent": silent,
        "kind": str(session.get_kind_display()), "todo": _todo(mine), "when": words.in_words(session.day, on),
        "minutes": MINUTES_PER_UPDATE * mine.updates, "prepares": prepares,
        "url": prepare_url(session, reader) if prepares and not only_reviews else whole(session.get_absolute_url()),
        "reply_to": session.facilitator.email if session.facilitator else None,
    }  # fmt: skip


def _todo(owing: Owing) -> str:
    """'2 updates', '1 figure', '2 updates and 1 figure', or ''; of a steering session choices to judge
    instead of updates."""
    updates = ngettext("%(n)d update", "%(n)d updates", owing.updates) % {"n": owing.updates}
    figures = ngettext("%(n)d figure", "%(n)d figures", owing.indicators) % {"n": owing.indicators}
    if owing.reviews:
        updates = ngettext("%(n)d choice to judge", "%(n)d choices to judge", owing.reviews) % {"n": owing.reviews}
    if (owing.updates or owing.reviews) and owing.indicators:
        return _("%(updates)s and %(figures)s") % {"updates": updates, "figures": figures}
    return updates if owing.updates or owing.reviews else figures if owing.indicators else ""


def _parts(letter: Letter, session: Session, mine: Owing, on: dt.date) -> list[Part]:
    """What My work says of this plan, in the same words."""
    plan_id = session.plan_id
    updates = [item.action for item in letter.owed if item.action.plan_id == plan_id]
    figures = [item for item in letter.indicators if item.indicator.choice.plan_id == plan_id]
    helps = [request for request in letter.helps if request.action.plan_id == plan_id]
    agreements = [one for one in letter.agreements if one.plan_id == plan_id and one.done_at is None]
    parts = [
        Part(_("Your updates"), [_action_row(action, on) for action in updates] if mine.updates else []),
        Part(_("Choices to judge"), [Row(item.choice.goal) for item in letter.reviews if item.session == session]),
        Part(
            _("Figures to enter"),
            [Row(item.indicator.name, item.period_words) for item in figures],
        ),
        Part(_("Help asked of you"), [_question_row(request) for request in helps]),
        Part(_("Your agreements"), [_promise_row(one, on) for one in agreements]),
    ]
    return [part for part in parts if part.rows]


def _action_row(action: Any, on: dt.date) -> Row:
    return Row(action.result, _due(action.deadline, on), bool(action.flags & Flag.LATE))


def _due(day: dt.date, on: dt.date) -> str:
    """'due in 3 weeks (1 Jul)', '6 days late (5 Jun)': a mail may be read on another day."""
    when = {"when": words.in_words(day, on), "day": words.day_short(day)}
    return _("%(when)s (%(day)s)") % when if day < on else _("due %(when)s (%(day)s)") % when


def _question_row(request: HelpRequest) -> Row:
    asker, result = str(request.asked_by), request.action.result
    note = _("%(name)s, about: %(result)s") % {"name": asker, "result": result}
    return Row(request.text, note, is_question=True)


def _promise_row(promise: Decision, on: dt.date, plan: str = "") -> Row:
    if promise.due_on is None:
        return Row(promise.text, plan)
    note = _due(promise.due_on, on)
    return Row(promise.text, f"{note} · {plan}" if plan else note, promise.due_on < on)


@composer(FALLING_DUE)
def falling_due_mail(mail: OutgoingMail, at: dt.datetime) -> dict[str, Any] | None:
    """What of the mail's items is still open, over all the reader's plans; None when nothing is. Five queries."""
    reader, on = mail.user, _today(at)
    wanted = {"promise": set[int](), "help": set[int]()}
    for name in mail.facts["items"]:
        kind, pk = name.split("-")[:2]
        wanted[kind].add(int(pk))
    promises = list(open_promises().filter(who=reader, pk__in=wanted["promise"]))
    questions = list(open_questions().filter(asked_of=reader, pk__in=wanted["help"]))
    if not promises and not questions:
        return None
    plans = {one.plan.name for one in promises} | {one.action.plan.name for one in questions}
    named = len(plans) > 1
    rows = [_promise_row(one, on, one.plan.name if named else "") for one in promises]
    parts = [Part(_("You agreed to"), rows), Part(_("Asked of you"), [_question_row(one) for one in questions])]
    return {
        "parts": [part for part in parts if part.rows],
        "count": len(promises) + len(questions),
        "one": (promises[0].text if promises else questions[0].text),
        "is_late": any(falling(one.due_on, on) is Falling.LATE for one in promises if one.due_on),
        "url": whole("/"),
        "plans": sorted(plans),
    }
