"""What a decision changed, as far as a file may say it: only what its kind changes, since taking the decision back
writes these values."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import Field, with_config
from typing_extensions import TypedDict

from updates.models import Decision

from .fields import AmountText, DayText, Text120, Text200, Text300, ToPerson, wrong
from .minutes import STRICT, JudgementOrNone, LightOrNone

T = TypeVar("T")
Pair = Annotated[list[T], Field(min_length=2, max_length=2)]
Kind = Decision.Kind
PEOPLE = ("responsible_id", "owner", "entered_by")
OF_KIND: dict[str, tuple[str, ...]] = {
    Kind.SMALLER_RESULT: ("result",),
    Kind.OTHER_RESPONSIBLE: ("responsible_id", "light"),
    Kind.CHOICE_CHANGED: ("goal", "how"),
    Kind.OTHER_OWNER: ("owner",),
    Kind.INDICATOR_CHANGED: ("name", "source", "entered_by"),
    Kind.TARGET_CHANGED: ("target", "target_on", "due_on"),
    Kind.GOAL_JUDGED: ("judgement", "actual"),
}
OF_PIECE: dict[str, tuple[str, ...]] = {
    "action": ("result", "responsible_id", "light"),
    "choice": ("goal", "how", "owner"),
    "indicator": ("name", "source", "entered_by", "target", "target_on"),
    "goal": ("target", "due_on", "judgement", "actual"),
}


@with_config(STRICT)
class Replaced(TypedDict, total=False):
    """[old, new] of each field that a decision changed."""

    result: Pair[Text300]
    light: Pair[LightOrNone]
    responsible_id: Pair[ToPerson | None]
    goal: Pair[Text200]
    how: Pair[Text200]
    owner: Pair[ToPerson | None]
    name: Pair[Text120]
    source: Pair[Text300]
    entered_by: Pair[ToPerson | None]
    target: Pair[AmountText | None]
    target_on: Pair[DayText | None]
    due_on: Pair[DayText | None]
    judgement: Pair[JudgementOrNone]
    actual: Pair[AmountText | None]


def check_replaced(kind: str, replaced: Any, *, has_action: bool, about: str) -> None:
    """Nothing but what decisions of this kind change, on a piece that has it. `about`: what its line is about."""
    allowed = set(OF_KIND.get(kind, ())) & set(OF_PIECE.get("action" if has_action else about, ()))
    if not allowed.issuperset(replaced):
        raise wrong("replaced")
