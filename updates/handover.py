"""Handing over what a person carries in a plan, in one step: choices, actions, indicators, help that was asked of them,
agreements, and sessions they lead. It stands here because only this app knows of all six.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ogsm import words
from ogsm.pieces import sign
from plans.models import Indicator, Membership, Plan
from plans.services import member_remove

from .models import Decision, HelpRequest, Session

if TYPE_CHECKING:
    from ogsm.accounts.models import User

# kind → (its heading, the field with who carries it)
KINDS: dict[str, tuple[Any, str]] = {
    "choice": (gettext_lazy("Strategic choices"), "owner"),
    "action": (gettext_lazy("Open actions"), "responsible"),
    "indicator": (gettext_lazy("Indicators to enter"), "entered_by"),
    "help": (gettext_lazy("Help asked"), "asked_of"),
    "agreement": (gettext_lazy("Agreements"), "who"),
    "session": (gettext_lazy("Sessions to lead"), "facilitator"),
}


@dataclass(frozen=True)
class Carried:
    """One piece that somebody carries."""

    kind: str
    piece: Any

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.piece.pk}"

    @property
    def holder_id(self) -> int | None:
        holder: int | None = getattr(self.piece, f"{KINDS[self.kind][1]}_id")
        return holder

    @property
    def title(self) -> str:
        if self.kind == "choice":
            return f"{self.piece.short_name}: {self.piece.goal}"
        if self.kind == "session":
            return f"{self.piece.get_kind_display()} {words.day(self.piece.starts_at)}".capitalize()
        return self.piece.text if self.kind in ("help", "agreement") else str(self.piece)

    @property
    def note(self) -> str:
        """What tells it from its like: its choice or action, and by when."""
        piece = self.piece
        if self.kind == "action":
            return f"{piece.choice.short_name} · {words.day_short(piece.deadline)}"
        if self.kind == "indicator":
            return str(piece.choice.short_name)
        if self.kind == "help":
            return str(piece.action.result)
        return words.day_short(piece.due_on) if self.kind == "agreement" and piece.due_on else ""

    def goes_to(self, heir: User) -> User | None:
        """Who carries it afterwards. Nobody is asked for help by themselves: then it is asked of the team."""
        return None if self.kind == "help" and self.piece.asked_by_id == heir.pk else heir

    def give(self, heir: User, *, by: User, at: dt.datetime, why: str) -> None:
        """Through the piece's own verb: a new responsible, say, has not judged yet."""
        if self.kind == "help":
            self.piece.change(by=by, at=at, why=why, asked_of=self.goes_to(heir))
        elif self.kind == "session":
            self.piece.reschedule(by=by, at=at, why=why, facilitator=heir)
        elif self.kind == "agreement":
            sign(self.piece, by=by, at=at)
            self.piece.who, self.piece._change_reason = heir, why
            self.piece.save(update_fields=["who"])
        else:
            self.piece.hand_to(heir, by=by, at=at, why=why)


def _all(plan: Plan) -> dict[str, Any]:
    """Per kind a queryset of all there is in the plan."""
    return {
        "choice": plan.choices.in_order(),
        "action": plan.actions.select_related("choice", "plan", "responsible").order_by("deadline", "pk"),
        "indicator": Indicator.objects.filter(choice__plan=plan).select_related("choice").in_order(),
        "help": HelpRequest.objects.filter(action__plan=plan).select_related("action"),
        "agreement": Decision.objects.filter(plan=plan).order_by("due_on", "pk"),
        "session": plan.sessions.defer("minutes_record").order_by("starts_at", "pk"),
    }


def _open(plan: Plan) -> dict[str, Any]:
    """Per kind what is still to be done."""
    found = _all(plan)
    return {
        "choice": found["choice"].live(),
        "action": found["action"].live().not_done(),
        "indicator": found["indicator"].live().filter(choice__archived_at=None),
        "help": found["help"].open().of_live_actions(),
        "agreement": found["agreement"].open_promises(),
        "session": found["session"].filter(state__in=Session.COMING),
    }


def carried_by(plan: Plan, user: User) -> list[Carried]:
    """All that is still to be done by this person, by kind. Six queries."""
    found = _open(plan)
    return [
        Carried(kind, piece)
        for kind, (_title, holder) in KINDS.items()
        for piece in found[kind].filter(**{holder: user})
    ]


@dataclass(frozen=True)
class HandedOver:
    """How many pieces changed hands, and which did not: somebody else has them, or they are finished or gone."""

    given: int
    missed: list[str]

    @property
    def in_words(self) -> str:
        text = ngettext("%(n)d piece is handed over.", "%(n)d pieces are handed over.", self.given) % {"n": self.given}
        if self.missed:
            names = ", ".join(f"‘{title}’" for title in self.missed)
            text += " " + _("Finished, or in other hands meanwhile: %(names)s.") % {"names": names}
        return text


@transaction.atomic
def work_hand_over(
    membership: Membership,
    carried: Iterable[Carried],
    heirs: Mapping[str, User],
    *,
    remove: bool = False,
    by: User,
    at: dt.datetime,
) -> HandedOver:
    """Gives pieces (by their key) to their heirs, and on request takes the person out of the plan: all of it or
    nothing. What this person no longer carries is left alone and named. ValidationError when they cannot be removed.
    Queries grow with what changes hands.

    `carried` is read under the plan's lock (`plan_for` takes it for every POST), so that nothing is given away twice.
    """
    plan, user = membership.plan, membership.user
    carried_now = {item.key: item for item in carried}
    why = _("Handed over by %(name)s") % {"name": user}
    there = [key for key in heirs if key in carried_now]
    for key in there:
        carried_now[key].give(heirs[key], by=by, at=at, why=why)
    missed = _missed(plan, {key: heir for key, heir in heirs.items() if key not in carried_now})
    if remove:
        member_remove(membership=membership, by=by, at=at)
    return HandedOver(len(there), missed)


def _missed(plan: Plan, heirs: Mapping[str, User]) -> list[str]:
    """The titles of pieces that were not there to give, without those that their heir has already (the form was sent
    twice) and what is not of this plan. A query per kind."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for key in heirs:
        kind, _dash, pk = key.partition("-")
        wanted[kind].append(int(pk))
    found = _all(plan)
    gone = [Carried(kind, piece) for kind, pks in wanted.items() for piece in found[kind].filter(pk__in=pks)]
    return [item.title for item in gone if item.holder_id != getattr(item.goes_to(heirs[item.key]), "pk", None)]
