"""A person's sessions and deadlines as calendar entries, and their text in iCalendar (RFC 5545).

Which entries: queries. Their words and times: plain values. The text: the icalendar library, which escapes and folds.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from actions.models import Action, organisation_day
from ogsm import dates
from plans.models import Plan

from .calendar_zone import zone_component
from .models import Session

if TYPE_CHECKING:
    from ogsm.accounts.calendar_models import CalendarFeed
    from ogsm.accounts.models import User

MONTHS_BACK = 3
AT_MOST = 500  # of each kind: far more than anybody has, and a bound all the same
UNKNOWN = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
REFRESH = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """One event. `start` and `end` are moments, or dates of a whole day (`end` is the day after)."""

    uid: str
    sequence: int
    changed_at: dt.datetime
    start: dt.date
    end: dt.date
    summary: str
    description: str
    url: str
    place: str = ""
    is_cancelled: bool = False

    @property
    def is_whole_day(self) -> bool:
        return not isinstance(self.start, dt.datetime)


def plain(text: str) -> str:
    """Text without control characters; every kind of line end is one."""
    lines = ("".join(" " if unicodedata.category(c) == "Cc" else c for c in line) for line in text.splitlines())
    return "\n".join(lines).strip()


def _with_changes(rows: QuerySet) -> QuerySet:
    """Annotates how often each row was recorded and when last, from its history: what SEQUENCE and LAST-MODIFIED say.
    No query of its own."""
    records = rows.model.history.filter(id=OuterRef("pk")).order_by().values("id")
    return rows.annotate(
        records=Subquery(records.annotate(n=Count("pk")).values("n"), output_field=models.IntegerField()),
        recorded_at=Subquery(records.annotate(last=Max("history_date")).values("last")),
    )


def _my_plans(user: User) -> QuerySet:
    return Plan.objects.visible_to(user).live().filter(state=Plan.State.ACTIVE).values("pk")


def sessions_of(user: User, at: dt.datetime) -> QuerySet[Session]:
    """Of the active plans the user is a member of: those to come and running, and all of the last three months."""
    since = dates.start_of_day(dates.add_months(organisation_day(at), -MONTHS_BACK), settings.TIME_ZONE)
    mine = Session.objects.filter(plan__in=_my_plans(user))
    wanted = mine.filter(Q(state__in=["planned", "open", "running"]) | Q(starts_at__gte=since))
    return calendar_rows(wanted).order_by("-starts_at", "-pk")[:AT_MOST]


def calendar_rows(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions with all that their entry needs. One query."""
    return _with_changes(sessions.select_related("plan").defer("minutes_record"))


def deadlines_of(user: User, *, with_involved: bool) -> QuerySet[Action]:
    """Open actions the user is responsible for, and on request those the user is involved in, in active plans the user
    is a member of."""
    whose = Q(responsible=user)
    if with_involved:
        whose |= Q(pk__in=Action.objects.filter(involved=user).values("pk"))
    open_ones = Action.objects.live().not_done().filter(whose, plan__in=_my_plans(user))
    return _with_changes(open_ones.select_related("plan", "choice", "responsible")).order_by("deadline", "pk")[:AT_MOST]


def _uid(kind: str, pk: int) -> str:
    return f"{kind}-{pk}@{urlsplit(settings.SITE_URL).hostname}"


def _stamp(row: Any) -> dict[str, Any]:
    """How often and when a row with its changes was last changed; one without history counts as never changed."""
    return {"sequence": max(0, (row.records or 0) - 1), "changed_at": row.recorded_at or UNKNOWN}


def session_entry(session: Session, base: str) -> Entry:
    """The entry of a session of `calendar_rows`. It stands at the agreed time, unless it was held on another day."""
    moved = organisation_day(session.starts_at) != session.day
    start = session.held_at if moved else session.starts_at
    url = base + session.get_absolute_url()
    summary = f"{session.get_kind_display()} · {plain(session.plan.name)}"
    if session.state == Session.State.CANCELLED:
        summary = _("Cancelled: %(what)s") % {"what": summary}
    words = _("Minutes: %(url)s") if session.is_closed else _("Agenda: %(url)s")
    return Entry(
        uid=_uid("session", session.pk),
        **_stamp(session),
        start=start,
        end=start + dt.timedelta(minutes=session.minutes),
        summary=summary[:1].upper() + summary[1:],
        description=words % {"url": url},
        url=url,
        place=plain(session.place),
        is_cancelled=session.state == Session.State.CANCELLED,
    )


def deadline_entry(action: Action, user: User, base: str) -> Entry:
    """The whole day of an action's deadline, as this user reads it."""
    url = base + action.get_absolute_url()
    lines = [f"{plain(action.plan.name)} · {plain(action.choice.short_name)}"]
    if action.responsible_id != user.pk:
        lines.append(_("Responsible: %(name)s") % {"name": plain(action.responsible.name)})
    return Entry(
        uid=_uid("action", action.pk),
        **_stamp(action),
        start=action.deadline,
        end=action.deadline + dt.timedelta(days=1),
        summary=_("Deadline: %(result)s") % {"result": plain(action.result)},
        description="\n".join([*lines, url]),
        url=url,
    )


def entries_of(feed: CalendarFeed, *, at: dt.datetime, base: str) -> list[Entry]:
    """All entries of a feed, in the language that is active. Two queries."""
    sessions = [session_entry(session, base) for session in sessions_of(feed.user, at)]
    actions = deadlines_of(feed.user, with_involved=feed.with_involved)
    return sessions + [deadline_entry(action, feed.user, base) for action in actions]


def etag_of(entries: Iterable[Entry], *more: str) -> str:
    """The same for the same calendar, without writing it."""
    said = repr([more, *(astuple(entry) for entry in entries)])
    return f'"{hashlib.sha256(said.encode()).hexdigest()[:32]}"'


@dataclass(frozen=True)
class Person:
    name: str
    email: str

    def as_address(self, **parameters: str) -> vCalAddress:
        address = vCalAddress(f"mailto:{self.email}")
        address.params["CN"] = plain(self.name).replace("\n", " ").replace('"', "'")  # a parameter knows no quotes
        address.params.update(parameters)
        return address


def calendar_text(
    entries: list[Entry],
    *,
    name: str = "",
    method: str = "PUBLISH",
    organizer: Person | None = None,
    attendee: Person | None = None,
) -> bytes:
    """The calendar as a file. With a `name` it is one to subscribe to, and says how often to look again. With another
    `method` it is an invitation (REQUEST) or a cancellation (CANCEL) from the organizer to the attendee."""
    calendar = Calendar()
    calendar.add("prodid", "-//OGSM//OGSM//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if name:
        calendar.add("x-wr-calname", plain(name).replace("\n", " "))
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")
    zone = ZoneInfo(settings.TIME_ZONE)
    moments = [organisation_day(entry.start) for entry in entries if isinstance(entry.start, dt.datetime)]
    if moments and settings.TIME_ZONE != "UTC":
        calendar.add_component(zone_component(settings.TIME_ZONE, min(moments), max(moments)))
    for entry in entries:
        event = _event(entry, zone)
        if organizer and attendee:
            event.add("organizer", organizer.as_address())
            who = {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"}  # nobody has to answer
            event.add("attendee", attendee.as_address(**who))
        calendar.add_component(event)
    return calendar.to_ical()


def _event(entry: Entry, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", entry.changed_at.astimezone(dt.UTC))
    event.add("last-modified", entry.changed_at.astimezone(dt.UTC))
    event.add("sequence", entry.sequence)
    if isinstance(entry.start, dt.datetime):
        event.add("dtstart", entry.start.astimezone(zone))
        event.add("duration", entry.end - entry.start)  # an end of its own says nothing in the hour that comes twice
    else:
        event.add("dtstart", entry.start)
        event.add("dtend", entry.end)
    event.add("summary", entry.summary)
    event.add("description", entry.description)
    event.add("url", entry.url)
    if entry.place:
        event.add("location", entry.place)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_whole_day else "OPAQUE")
    return event
