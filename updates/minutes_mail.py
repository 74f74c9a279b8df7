"""The mail with the minutes of a session: the reader's own part first, then all of it. Made of the minutes' record
alone, so that it says the same whenever it is sent; only the links lead to what lives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ogsm import words

from .agenda_models import SessionKind
from .closing import MINUTES_MAIL
from .decision_words import decision_html, decision_text
from .minutes_page import MinutesView, RecordedLine
from .models import Decision, OutgoingMail, Session
from .outbox import composer, whole
from .reasons import nth_time

if TYPE_CHECKING:
    from ogsm.accounts.models import User

Kind = Decision.Kind
HANDED_OVER = (Kind.OTHER_RESPONSIBLE, Kind.OTHER_OWNER)


@dataclass(frozen=True)
class Said:
    """One sentence of a mail: as markup and as plain text."""

    html: SafeString | str
    text: str

    @classmethod
    def of(cls, decision: Any) -> Said:
        return cls(decision_html(decision), decision_text(decision))

    @classmethod
    def plain(cls, text: str) -> Said:
        return cls(text, text)


@dataclass(frozen=True)
class Entry:
    """What a sentence or several are about, with where that lives now ('' for nowhere)."""

    title: str
    url: str = ""
    note: str = ""
    said: list[Said] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    heading: str
    entries: list[Entry]


@dataclass(frozen=True)
class Reader:
    """Whose part it is: who they are, and by name for minutes of an older version."""

    user_id: int
    name: str

    def is_(self, user_id: int | None, name: str) -> bool:
        return user_id == self.user_id if user_id is not None else bool(name) and name == self.name


def own_parts(view: MinutesView, reader: Reader, plan_id: int) -> list[Part]:
    """What the reader agreed, which help they promised, and what was decided on their actions and choices; without
    what is empty."""
    agreed: list[Entry] = []
    promised: list[Entry] = []
    decided: list[Entry] = []
    for line, decision in _decisions(view):
        about = _about(line, decision, plan_id)
        if decision.kind in Decision.PROMISES:
            if reader.is_(getattr(decision, "who_id", None), decision.who):
                (agreed if decision.kind == Kind.AGREEMENT else promised).append(_promise(decision, about))
        elif _concerns(line, decision, reader):
            decided.append(Entry(about.title, about.url, said=[Said.of(decision)]))
    parts = [
        Part(_("What you agreed"), agreed),
        Part(_("Help you promised"), promised),
        Part(_("Decided about your work"), _joined(decided)),
    ]
    return [part for part in parts if part.entries]


def _decisions(view: MinutesView) -> Iterable[tuple[RecordedLine | None, SimpleNamespace]]:
    for line in view.lines:
        for decision in line.decisions:
            yield line, decision
    for decision in view.other_decisions:
        yield None, decision


def _concerns(line: RecordedLine | None, decision: SimpleNamespace, reader: Reader) -> bool:
    """Whether a decision is about the reader's work: what they are responsible for, get, or hand over."""
    if decision.kind == Kind.EXTRA_ACTION:
        return reader.is_(getattr(decision, "who_id", None), decision.who)
    if decision.kind in HANDED_OVER:
        new, old = getattr(decision, "to_id", None), getattr(decision, "from_id", None)
        if reader.is_(new, decision.after) or reader.is_(old, decision.before):
            return True
    return line is not None and reader.is_(line.person_id, line.person)


def _promise(decision: SimpleNamespace, about: Entry) -> Entry:
    due = _("by %(day)s") % {"day": words.day_year(decision.due_on)} if decision.due_on else ""
    note = " · ".join(part for part in (due, about.title) if part)
    return Entry(decision.text, about.url, note)


def _joined(entries: list[Entry]) -> list[Entry]:
    """What was decided about one thing stands below it together."""
    by_title: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        found = by_title.setdefault((entry.title, entry.url), Entry(entry.title, entry.url))
        found.said.extend(entry.said)
    return list(by_title.values())


def _about(line: RecordedLine | None, decision: SimpleNamespace, plan_id: int) -> Entry:
    action = getattr(decision, "action", None)
    if decision.kind == Kind.EXTRA_ACTION and action:
        return Entry(decision.text, whole(reverse("actions:action_page", args=[plan_id, action])))
    return Entry(line.title, line_address(line, plan_id)) if line else Entry("")


def line_address(line: RecordedLine, plan_id: int) -> str:
    """Where the thing lives that a recorded line was about; '' for a point of our own."""
    if line.action_id:
        return whole(reverse("actions:action_page", args=[plan_id, line.action_id]))
    if line.kind == "choice":
        return whole(reverse("updates:choice_review", args=[plan_id, line.item_id]))
    if line.kind == "indicator":
        return whole(reverse("plans:indicator_page", args=[plan_id, line.item_id]))
    if line.kind == "goal":
        return whole(f"{reverse('plans:plan_page', args=[plan_id])}#goal-{line.item_id}")
    if line.kind == "agreement":
        return whole(reverse("updates:decision_list", args=[plan_id]))
    return ""


def whole_minutes(view: MinutesView, plan_id: int) -> list[Part]:
    """All of it, in the order of the page."""
    discussed = [_discussed(line, plan_id) for line in view.talked_about]
    if view.other_decisions:
        discussed.append(Entry("", said=[Said.of(decision) for decision in view.other_decisions]))
    parts = [
        Part(_("Discussed and decided"), discussed),
        Part(_("Not reached"), [_short(line, plan_id) for line in view.not_reached]),
        Part(_("Outside the session"), [_short(line, plan_id) for line in view.outside]),
        Part(
            _("Finished"),
            [Entry(line.title, line_address(line, plan_id)) for line in view.confirmed]
            + [_not_right(line, plan_id) for line in view.not_right],
        ),
    ]
    return [part for part in parts if part.entries]


def _discussed(line: RecordedLine, plan_id: int) -> Entry:
    said = [Said.of(decision) for decision in line.decisions]
    said += [Said.plain(text) for text in (line.nothing_decided, line.note) if text]
    note = " · ".join(part for part in (line.person, nth_time(line.times) if line.times > 1 else "") if part)
    return Entry(line.title, line_address(line, plan_id), note, said)


def _short(line: RecordedLine, plan_id: int) -> Entry:
    return Entry(line.title, line_address(line, plan_id), line.person)


def _not_right(line: RecordedLine, plan_id: int) -> Entry:
    return Entry(line.title, line_address(line, plan_id), _("not finished after all, in progress again"))


def figures_words(view: MinutesView) -> list[str]:
    """The session in figures, a short sentence each."""
    figures, said = view.figures, []
    if "choices" in figures:
        if figures["choices"]:
            said.append(
                _("%(reviewed)d of %(total)d choices reviewed")
                % {"reviewed": figures["reviewed"], "total": figures["choices"]}
            )
    elif figures["percent_current"] is not None:
        said.append(_("%(percent)d%% of the open actions updated") % {"percent": figures["percent_current"]})
        off = ngettext("%(count)d action off plan", "%(count)d actions off plan", figures["off_plan"] or 0)
        said.append(off % {"count": figures["off_plan"] or 0})
    made = figures["decisions"]
    said.append(ngettext("%(count)d decision", "%(count)d decisions", made) % {"count": made})
    used = {"used": figures["minutes_used"], "minutes": figures["minutes"]}
    said.append(_("%(used)s of %(minutes)s minutes used") % used)
    return said


def letter(record: dict[str, Any], *, reader: Reader, plan_id: int, session_id: int) -> dict[str, Any]:
    """Everything the mail says, from the record; in the active language. No query."""
    view = MinutesView(record)
    at = [plan_id, session_id]
    return {
        "minutes": view,
        "plan": record["plan"],
        "kind": str(SessionKind(record["kind"]).label),
        "day": view.started_at,
        "own": own_parts(view, reader, plan_id),
        "parts": whole_minutes(view, plan_id),
        "figures": figures_words(view),
        "minutes_url": whole(reverse("updates:session_minutes", args=at)),
        "pdf_url": whole(reverse("updates:session_minutes_pdf", args=at)),
        "decisions_url": whole(reverse("updates:decision_list", args=[plan_id])),
    }


@composer(MINUTES_MAIL)
def minutes_mail(mail: OutgoingMail, at: dt.datetime) -> dict[str, Any] | None:
    """The letter for one person; None when they have left the plan since. Two queries."""
    session = Session.objects.select_related("facilitator").filter(pk=mail.facts["session"]).first()
    if session is None or session.minutes_record is None:
        return None
    if not session.plan.memberships.filter(user=mail.user).exists():
        return None
    reader = Reader(mail.user.pk, str(mail.user))
    leader: User | None = session.facilitator
    said = letter(session.minutes_record, reader=reader, plan_id=session.plan_id, session_id=session.pk)
    return {**said, "reply_to": leader.email if leader else None}
