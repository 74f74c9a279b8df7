"""Sessions in everybody's calendar by mail: invitations, changes and cancellations, with a file that calendars read.

Nothing is noted down when a session is planned, moved or cancelled, a plan activated, or somebody joins or leaves: each
run compares what every calendar was told with what is true by now, and mails the difference, all of a plan in one mail.
What was told is written together with the mail in the outbox, under the plan's lock, so two runs never tell it twice.

Who takes part in an active plan gets them; viewers have the calendar to subscribe to. Whoever planned the sessions gets
them too: it is what puts them into their calendar. The organizer is the sender, because calendar programs take a change
only from whom the invitation came.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.models import organisation_day
from ogsm import words
from plans.locks import lock_plan
from plans.models import Membership, Plan

from . import outbox
from .calendar import Person, calendar_rows, calendar_text, session_entry
from .calendar_models import CalendarInvitation
from .calendar_rules import Facts, News, Told, news_of, next_sequence
from .models import OutgoingMail, Session

if TYPE_CHECKING:
    from ogsm.accounts.models import User

TEMPLATE = "calendar_news"
LONGEST = dt.timedelta(days=2)  # no session lasts longer: what began before that is over
FILES = {"REQUEST": "sessions.ics", "CANCEL": "cancelled.ics"}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Telling:
    """One thing to tell one person about one session."""

    session: Session
    news: News
    now: Facts
    told: Told | None

    @property
    def sequence(self) -> int:
        return next_sequence(self.told, max(0, (self.session.records or 0) - 1))  # type: ignore[attr-defined]

    def fact(self) -> dict[str, Any]:
        """As the mail remembers it: what it says is what its file says, whatever happens before it is sent."""
        shown = self.told.facts if self.told and self.news is News.CANCELLED else self.now
        fact = {"news": self.news.value, "kind": self.session.kind, **_as_fact(shown)}
        if self.news is News.CHANGED and self.told:
            fact["was"] = _as_fact(self.told.facts)
        return fact


def _as_fact(facts: Facts) -> dict[str, Any]:
    return {"starts_at": facts.starts_at.isoformat(), "minutes": facts.minutes, "place": facts.place}


@dataclass(frozen=True)
class CalendarMail:
    """All there is to tell one person about one plan."""

    user: User
    plan: Plan
    tellings: list[Telling]

    @property
    def occasion(self) -> str:
        """The same for the same news: the numbers rise with each."""
        said = repr(sorted((telling.session.pk, telling.sequence) for telling in self.tellings))
        return f"calendar-{self.plan.pk}-{hashlib.sha256(said.encode()).hexdigest()[:20]}"


def facts_of(session: Session) -> Facts:
    return Facts(session.starts_at, session.minutes, session.place, f"{session.kind} {session.plan.name}"[:200])


def calendar_mails(at: dt.datetime, plan: Plan | None = None) -> list[CalendarMail]:
    """What is to be told now, of all plans or of one. Three queries."""
    sessions = _sessions(at, plan)
    told: dict[tuple[int, int], Told] = {}
    people: dict[int, dict[int, User]] = defaultdict(dict)  # plan → person → user
    former: dict[int, User] = {}
    for row in CalendarInvitation.objects.filter(session__in=[session.pk for session in sessions]).select_related(
        "user"
    ):
        told[row.session_id, row.user_id] = row.told
        former[row.user_id] = row.user
    plans = {session.plan_id for session in sessions}
    for membership in Membership.objects.filter(plan__in=plans).taking_part().select_related("user"):
        people[membership.plan_id][membership.user_id] = membership.user
    found: dict[tuple[int, int], list[Telling]] = defaultdict(list)
    for session in sessions:
        members = people[session.plan_id]
        everybody = {**{pk: user for pk, user in former.items() if (session.pk, pk) in told}, **members}
        for user in everybody.values():
            if telling := _telling(session, user, told.get((session.pk, user.pk)), user.pk in members, at):
                found[session.plan_id, user.pk].append(telling)
    plan_of = {session.plan_id: session.plan for session in sessions}
    return [
        CalendarMail(people[plan_id].get(user_id) or former[user_id], plan_of[plan_id], tellings)
        for (plan_id, user_id), tellings in found.items()
    ]


def _sessions(at: dt.datetime, plan: Plan | None) -> list[Session]:
    """Those that somebody's calendar may have to be told about. One query."""
    states = [*Session.COMING, Session.State.CANCELLED]
    sessions = Session.objects.filter(state__in=states, starts_at__gt=at - LONGEST)
    sessions = sessions.filter(plan=plan) if plan else sessions
    return list(calendar_rows(sessions).order_by("starts_at", "pk"))


def _telling(session: Session, user: User, told: Told | None, is_member: bool, at: dt.datetime) -> Telling | None:
    if not user.is_active:
        return None
    plan = session.plan
    belongs = is_member and session.is_coming and plan.is_active and not plan.is_archived
    now = facts_of(session)
    news = news_of(told, now, belongs=belongs, at=at)
    return Telling(session, news, now, told) if news else None


def queue_calendar_mails(at: dt.datetime, trouble: list[str]) -> int:
    """Put into the outbox what is to be told; returns how many mails. The trouble of one plan stops no other."""
    plans = {mail.plan.pk: mail.plan for mail in calendar_mails(at)}
    queued = 0
    for plan in plans.values():
        try:
            queued += _queue_of(plan, at)
        except Exception as error:
            log.exception("the calendar mails of plan %s could not be queued", plan.pk)
            trouble.append(f"plan {plan.pk}, calendar mails: {type(error).__name__}: {error}")
    return queued


@transaction.atomic
def _queue_of(plan: Plan, at: dt.datetime) -> int:
    """Looks once more under the plan's lock: another machine may have been first."""
    lock_plan(plan.pk)
    mails = calendar_mails(at, plan)
    for mail in mails:
        facts = {"plan": plan.name, "tellings": [telling.fact() for telling in mail.tellings]}
        outbox.queue(
            occasion=mail.occasion, user=mail.user, template=TEMPLATE, at=at, facts={**facts, "plan_id": plan.pk},
            attachments=files_of(mail, at),
        )  # fmt: skip
    rows = [_row(mail.user, telling, at) for mail in mails for telling in mail.tellings]
    CalendarInvitation.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["session", "user"],
        update_fields=["starts_at", "minutes", "place", "title", "sequence", "is_cancelled", "told_at"],
    )  # fmt: skip
    return len(mails)


def _row(user: User, telling: Telling, at: dt.datetime) -> CalendarInvitation:
    now = telling.now
    return CalendarInvitation(
        session=telling.session, user=user, starts_at=now.starts_at, minutes=now.minutes, place=now.place,
        title=now.title, sequence=telling.sequence, is_cancelled=telling.news is News.CANCELLED, told_at=at,
    )  # fmt: skip


# ---- the files ----


def files_of(mail: CalendarMail, at: dt.datetime) -> list[outbox.Attachment]:
    """One file with all that is new or changed, one with all that is cancelled. A single one stands in the mail
    itself too, where calendars offer it with a button."""
    cancelled = [telling for telling in mail.tellings if telling.news is News.CANCELLED]
    invited = [telling for telling in mail.tellings if telling.news is not News.CANCELLED]
    alone = len(mail.tellings) == 1
    with translation.override(outbox.language_of(mail.user)):
        return [
            outbox.Attachment(
                FILES[method], f"text/calendar; method={method}", invitation_text(mail.user, tellings, method, at),
                in_the_mail=alone,
            )
            for method, tellings in (("REQUEST", invited), ("CANCEL", cancelled))
            if tellings
        ]  # fmt: skip


def invitation_text(user: User, tellings: Iterable[Telling], method: str, at: dt.datetime) -> str:
    """The same events as in the calendar to subscribe to (same UID), as an invitation or cancellation (RFC 5546)."""
    is_cancelled = method == "CANCEL"
    entries = [
        replace(
            session_entry(telling.session, settings.SITE_URL),
            sequence=telling.sequence,
            changed_at=at,
            is_cancelled=is_cancelled,
        )
        for telling in tellings
    ]
    _name, sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = Person(settings.ORGANISATION_NAME, sender)
    return calendar_text(entries, method=method, organizer=organizer, attendee=Person(user.name, user.email)).decode()


# ---- the words ----


@outbox.composer(TEMPLATE)
def calendar_news_mail(mail: OutgoingMail, at: dt.datetime) -> dict[str, Any]:
    """What the mail says, from the facts it was queued with."""
    tellings = mail.facts["tellings"]
    by_news = {news: [telling for telling in tellings if telling["news"] == news] for news in News}
    headings = {
        News.NEW: _("For your calendar"), News.CHANGED: _("Changed"), News.CANCELLED: _("Cancelled"),
    }  # fmt: skip
    parts = [
        {"heading": headings[news], "rows": [_line(telling) for telling in some]}
        for news, some in by_news.items()
        if some
    ]
    return {
        "headline": _headline(by_news, mail.facts["plan"]),
        "parts": parts,
        "has_file": any(telling["news"] != News.CANCELLED for telling in tellings),
        "many": len(tellings) > 1,
        "files": bool(by_news[News.NEW] or by_news[News.CHANGED]) + bool(by_news[News.CANCELLED]),
        "url": outbox.whole(reverse("updates:session_list", args=[mail.facts["plan_id"]])),
        "calendar_url": outbox.whole(reverse("accounts:profile") + "#calendar"),
    }


def _headline(by_news: dict[News, list[dict[str, Any]]], plan: str) -> str:
    """The subject: what happened, of which plan."""
    told = [telling for some in by_news.values() for telling in some]
    if len(told) == 1:
        one = told[0]
        texts = {
            News.NEW: _("%(plan)s, for your calendar: %(kind)s on %(day)s at %(time)s"),
            News.CHANGED: _("%(plan)s: %(kind)s is now on %(day)s at %(time)s"),
            News.CANCELLED: _("%(plan)s: %(kind)s of %(day)s is cancelled"),
        }
        return texts[News(one["news"])] % {"plan": plan, **_known(one)}
    texts_of_many = {
        News.NEW: lambda n: ngettext("%(n)d new session", "%(n)d new sessions", n),
        News.CHANGED: lambda n: ngettext("%(n)d changed", "%(n)d changed", n),
        News.CANCELLED: lambda n: ngettext("%(n)d cancelled", "%(n)d cancelled", n),
    }
    said = [texts_of_many[news](len(some)) % {"n": len(some)} for news, some in by_news.items() if some]
    return _("%(plan)s: %(what)s") % {"plan": plan, "what": ", ".join(said)}


def _known(telling: dict[str, Any]) -> dict[str, Any]:
    moment = dt.datetime.fromisoformat(telling["starts_at"])
    return {
        "kind": str(Session.Kind(telling["kind"]).label), "day": words.day(moment), "time": words.clock(moment),
        "moment": moment,
    }  # fmt: skip


def _line(telling: dict[str, Any]) -> dict[str, str]:
    """'Tuesday 9 June 2026, 09:00–09:45', and below it its kind, week and place, or what it was before."""
    known = _known(telling)
    moment = known["moment"]
    end = moment + dt.timedelta(minutes=telling["minutes"])
    name = f"{words.day_year(moment)}, {words.clock(moment)}–{words.clock(end)}"
    notes = [known["kind"][:1].upper() + known["kind"][1:], words.week(organisation_day(moment))]
    if telling["place"]:
        notes.append(telling["place"])
    if was := telling.get("was"):
        notes.append(_was(was, telling))
    return {"name": name[:1].upper() + name[1:], "note": " · ".join(filter(None, notes))}


def _was(was: dict[str, Any], now: dict[str, Any]) -> str:
    before = dt.datetime.fromisoformat(was["starts_at"])
    said = []
    if was["starts_at"] != now["starts_at"]:
        said.append(f"{words.day(before)}, {words.clock(before)}")
    if was["minutes"] != now["minutes"]:
        said.append(_("%(minutes)d minutes") % {"minutes": was["minutes"]})
    if was["place"] != now["place"]:
        said.append(was["place"] or _("no place"))
    return _("was: %(before)s") % {"before": ", ".join(said)} if said else ""
