"""Owners, responsible and who enters a figure take part in the plan: seen to when archived work comes back.

Nobody leaves a plan, or becomes a viewer, with work in it (services.py); what is archived or done does not count as
that. So when it comes back, or is opened again, who had it may be gone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ogsm.accounts.models import User
from ogsm.pieces import Archivable

if TYPE_CHECKING:
    from .models import Plan

Heirs = Mapping[int, User]  # id of somebody who left → who takes over


def who_left(plan: Plan, pieces: Iterable[Archivable]) -> list[User]:
    """Who has to do these pieces but takes no part in the plan any more, by name. Two queries at most."""
    holders = {piece.holder_id for piece in pieces if piece.holder_id}
    if not holders:
        return []
    left = holders.difference(plan.memberships.taking_part().values_list("user_id", flat=True))
    return list(User.objects.filter(pk__in=left)) if left else []


def hand_over(
    plan: Plan, pieces: Iterable[Archivable], heirs: Heirs | None, *, by: User | None, at: dt.datetime
) -> None:
    """Gives the pieces of who left to their heirs. ValidationError, with a sentence for each, while somebody who left
    has none. Queries grow with what changes hands."""
    pieces = list(pieces)
    for piece in pieces:
        heir = heirs.get(piece.holder_id) if heirs and piece.holder_id else None
        if heir:
            piece.hand_to(heir, by=by, at=at)
    refuse_who_left(who_left(plan, pieces))


def left_words(left: Iterable[User]) -> list[str]:
    """A sentence for each."""
    text = _("%(name)s is no longer a member who can be responsible. Give it to someone else first.")
    return [text % {"name": user} for user in left]


def refuse_who_left(left: Iterable[User]) -> None:
    """ValidationError when there is anybody."""
    if sentences := left_words(left):
        raise ValidationError(sentences, code="left")
