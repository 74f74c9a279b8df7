"""Closed minutes as a page: the recorded facts in the reader's language. Reads nothing but the record."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext

from .agenda import Section
from .changes import Change
from .decision_words import answer_words
from .models import Decision

DISCUSSED_SECTIONS = (Section.CARRIED, Section.OFF_PLAN, Section.INDICATORS)


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _decision(record: dict[str, Any]) -> SimpleNamespace:
    return SimpleNamespace(**{**record, "due_on": _date(record.get("due_on"))})


@dataclass(frozen=True)
class RecordedLine:
    """A line as it was when the session closed; `action_id` is for the link only."""

    kind: str
    item_id: str
    section: str
    title: str
    person: str
    flags: list[str]
    facts: dict[str, Any]
    times: int
    outcome: str
    note: str
    minutes: int
    action_id: int | None
    decisions: list[SimpleNamespace]
    answer: dict[str, str] | None
    person_id: int | None = None
    carried: bool | None = None

    @classmethod
    def read(cls, record: dict[str, Any]) -> RecordedLine:
        kind, _, item_id = record["key"].partition("-")
        return cls(
            kind=kind,
            item_id=item_id,
            section=record["section"],
            title=record["title"],
            person=record["person"],
            flags=record["flags"],
            facts=record["facts"],
            times=record["times"],
            outcome=record["outcome"],
            note=record["note"],
            minutes=record["minutes"],
            action_id=record["action"],
            decisions=[_decision(decision) for decision in record["decisions"]],
            answer=record.get("answer"),
            person_id=record.get("person_id"),
            carried=record.get("carried"),
        )

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.item_id}"

    @property
    def is_dropped(self) -> bool:
        """A point of our own that was not carried over though it was undecided. Older minutes do not say."""
        return self.kind == "point" and self.carried is False and self.outcome in ("", "parked")

    @property
    def nothing_decided(self) -> str:
        """What to say where no decision stands."""
        if self.answer and not any(decision.kind == Decision.Kind.HELP_PROMISED for decision in self.decisions):
            return gettext("Answered: %(answer)s.") % {"answer": answer_words(self.answer)}
        if self.decisions:
            return ""
        if self.outcome == "confirmed":
            return gettext("Done.")
        if self.outcome == "parked" and self.is_dropped:
            return gettext("Parked, and not carried over.")
        if self.outcome == "parked":
            return gettext("Parked: comes back in the next session.")
        if self.outcome == "outside":
            return gettext("To be settled outside the session.")
        if self.kind == "point" and self.carried:
            return gettext("No decision: comes back in the next session.")
        return gettext("No decision.")


class MinutesView:
    """The recorded facts, grouped as the page shows them."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.record = record
        self.lines = [RecordedLine.read(line) for line in record["lines"]]
        self.figures = record["figures"]
        self.started_at = _moment(record["started_at"])
        self.closed_at = _moment(record["closed_at"])
        self.next_session = _moment(record["next_session"])
        self.next_place = record.get("next_place", "")
        self.last_session = _moment(record.get("last_session"))
        self.note = record.get("note", "")
        self.other_decisions = [_decision(decision) for decision in record.get("other_decisions", [])]

    @property
    def judges(self) -> bool:
        """A steering or plan session of which the record tells reviews."""
        return "choices" in self.figures

    def _of(self, *sections: str) -> list[RecordedLine]:
        return [line for line in self.lines if line.section in sections]

    @cached_property
    def talked_about(self) -> list[RecordedLine]:
        """Everything that was discussed, parked, noted or decided on, wherever it stood on the agenda."""
        return [
            line
            for line in self.lines
            if line.decisions or line.note or line.answer or (line.outcome and line.section != Section.FINISHED)
        ]

    @cached_property
    def not_reached(self) -> list[RecordedLine]:
        return [line for line in self._of(*DISCUSSED_SECTIONS) if line not in self.talked_about]

    @cached_property
    def outside(self) -> list[RecordedLine]:
        return [line for line in self._of(Section.OUTSIDE) if line not in self.talked_about]

    @property
    def confirmed(self) -> list[RecordedLine]:
        return [line for line in self._of(Section.FINISHED) if line.outcome == "confirmed"]

    @property
    def not_right(self) -> list[RecordedLine]:
        return [line for line in self._of(Section.FINISHED) if line.outcome == "not_right"]

    @property
    def unconfirmed(self) -> list[RecordedLine]:
        return [line for line in self._of(Section.FINISHED) if not line.outcome]

    @property
    def on_plan_count(self) -> int:
        return len(self._of(Section.ON_PLAN))

    @cached_property
    def agreements(self) -> list[SimpleNamespace]:
        """Each with the title of its line, in order of date."""
        made = [(line.title, decision) for line in self.lines for decision in line.decisions]
        found = [
            SimpleNamespace(**{**vars(decision), "about": title})
            for title, decision in (*made, *(("", decision) for decision in self.other_decisions))
            if decision.kind in Decision.PROMISES and decision.due_on
        ]
        return sorted(found, key=lambda agreement: agreement.due_on)

    def people(self, state: str) -> str:
        """The names of those present, absent or excused."""
        return ", ".join(entry["name"] for entry in self.record["attendance"] if entry["state"] == state)

    @property
    def present(self) -> str:
        return self.people("present")

    @property
    def excused(self) -> str:
        return self.people("excused")

    @property
    def absent(self) -> str:
        return self.people("absent")

    @cached_property
    def changes(self) -> list[Change]:
        return [Change.read(change) for change in self.record["changes"]]
