"""What of a plan's history is asked for: kind, person, piece and period, as they stand together in the address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ogsm import dates
from ogsm.accounts.models import User

from .changes import KIND_BY_NAME, Piece, Span
from .models import Indicator, Plan
from .since import Moment, moment_of, read_day

LARGEST_ID = 2**63 - 1


def piece_of(plan: Plan, text: str) -> tuple[Piece, Any] | None:
    """The piece that 'action-12' names, archived ones too; None for what names nothing. 404 for what is not the
    plan's. One query."""
    kind, _dash, number = text.partition("-")
    pieces: dict[str, Any] = {
        "goal": plan.goals,
        "choice": plan.choices,
        "indicator": Indicator.objects.filter(choice__plan=plan),
        "action": plan.actions,
    }
    rows = pieces.get(kind)
    if rows is None or not (number.isascii() and number.isdigit()):
        return None
    if len(number) > len(str(LARGEST_ID)) or int(number) > LARGEST_ID:
        raise Http404
    return Piece(kind, int(number)), get_object_or_404(rows.all(), pk=int(number))


@dataclass(frozen=True)
class Asked:
    """`first` and `last` are days, both within the period; `since` is a moment of the plan, such as a session."""

    kind: str = ""
    person: User | None = None
    piece: Piece | None = None
    piece_name: str = ""
    since: Moment | None = None
    first: dt.date | None = None
    last: dt.date | None = None

    @classmethod
    def of(cls, query: Mapping[str, Any], plan: Plan, members: Iterable[User], moments: Iterable[Moment]) -> Asked:
        """What is not understood is left out. One query when a piece is asked for."""
        found = piece_of(plan, query.get("piece", ""))
        kind = query.get("kind", "")
        return cls(
            kind=kind if kind in KIND_BY_NAME else "",
            person=next((user for user in members if str(user.pk) == query.get("person")), None),
            piece=found[0] if found else None,
            piece_name=_name_of(*found) if found else "",
            since=moment_of(query.get("since", ""), moments),
            first=read_day(query.get("from", "")),
            last=read_day(query.get("to", "")),
        )

    @property
    def span(self) -> Span:
        zone = settings.TIME_ZONE
        return Span(
            after=self.since.at if self.since else None,
            start=dates.start_of_day(self.first, zone) if self.first else None,
            end=dates.start_of_day(self.last + dt.timedelta(days=1), zone) if self.last else None,
        )

    @property
    def chosen(self) -> dict[str, str]:
        """As the address says it, without what is open."""
        values = {
            "kind": self.kind,
            "person": str(self.person.pk) if self.person else "",
            "piece": str(self.piece or ""),
            "since": self.since.value if self.since else "",
            "from": self.first.isoformat() if self.first else "",
            "to": self.last.isoformat() if self.last else "",
        }
        return {name: value for name, value in values.items() if value}

    def __bool__(self) -> bool:
        return bool(self.chosen)

    @property
    def has_period(self) -> bool:
        return bool(self.since or self.first or self.last)

    def link(self, without: Iterable[str] = (), **other: str) -> str:
        """The address with some filters taken off and others put on."""
        kept = {name: value for name, value in self.chosen.items() if name not in without}
        return "?" + urlencode({**kept, **other})

    @property
    def without_piece(self) -> str:
        return self.link(["piece"])

    @property
    def without_period(self) -> str:
        return self.link(PERIOD)


PERIOD = ("since", "from", "to")


def _name_of(piece: Piece, stored: Any) -> str:
    return str(getattr(stored, {"choice": "short_name", "action": "result"}.get(piece.kind, "name")))


@dataclass(frozen=True)
class Quick:
    """A period in one click."""

    label: str
    url: str
    is_on: bool


def quick_periods(asked: Asked, moments: list[Moment], on: dt.date) -> list[Quick]:
    """Since the last session (when there is one), this month, the whole plan."""
    month = on.replace(day=1)
    found = []
    if moments and moments[0].value.startswith("session-"):
        last = moments[0].value
        is_on = bool(asked.since and asked.since.value == last)
        found.append(Quick(_("Since the last session"), asked.link(PERIOD, since=last), is_on))
    is_on = asked.first == month and not asked.last and not asked.since
    found.append(Quick(_("This month"), asked.link(PERIOD, **{"from": month.isoformat()}), is_on))
    found.append(Quick(_("The whole plan"), asked.without_period, not asked.has_period))
    return found
