"""What a reader is told after taking something back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from actions.models import Action

if TYPE_CHECKING:
    from ogsm.accounts.models import User

    from .back import Report

NAMED = 3  # so many names fit in a line; all of them stand on the page


def label(model: Any, name: str) -> str:
    """A field as the history calls it; the place of a card is its status."""
    if name == "archived_at":
        return _("archive")
    if model is Action and name == "version":
        name = "status"
    return str(model._meta.get_field(name).verbose_name)


def changed_since(what: str, who: User | None, reader: User) -> str:
    if who is None:
        return _("%(what)s: changed since") % {"what": what}
    if who == reader:
        return _("%(what)s: you changed it again since") % {"what": what}
    return _("%(what)s: changed since by %(person)s") % {"what": what, "person": who}


def who_left() -> str:
    return _("who it was does not take part in the plan any more")


def told(reports: list[Report]) -> str:
    """One line, whatever the number of pieces."""
    if not any(report.back or report.kept for report in reports):
        return _("This was taken back already.")
    if len(reports) == 1:
        return _of_one(reports[0])
    back = [report for report in reports if report.back and not report.kept]
    left = [report for report in reports if report.kept]
    sentences = []
    if back:
        sentences.append(_number_back(back))
    if left:
        sentences.append(_("Not taken back: %(names)s.") % {"names": _named(left)})
    return " ".join(sentences)


def _of_one(report: Report) -> str:
    facts = {"name": report.name, "why": "; ".join(report.kept)}
    if not report.kept:
        return _("“%(name)s” is as it was before.") % facts
    if report.back:
        return _("“%(name)s” is as it was before, but not all of it (%(why)s).") % facts
    return _("“%(name)s” stays as it is (%(why)s).") % facts


def _number_back(reports: list[Report]) -> str:
    number = len(reports)
    if all(report.piece.kind == "action" for report in reports):
        text = ngettext("%(number)d action is as it was before.", "%(number)d actions are as they were before.", number)
    else:
        text = ngettext("%(number)d piece is as it was before.", "%(number)d pieces are as they were before.", number)
    return text % {"number": number}


def _named(reports: list[Report]) -> str:
    shown = [_("“%(name)s” (%(why)s)") % {"name": name, "why": why} for name, why in reasons(reports)[:NAMED]]
    names = ", ".join(shown)
    more = len(reports) - len(shown)
    if not more:
        return names
    return ngettext("%(names)s and %(more)d more", "%(names)s and %(more)d more", more) % {"names": names, "more": more}


def reasons(reports: Iterable[Report]) -> list[tuple[str, str]]:
    """Each piece of which something stayed, with why."""
    return [(report.name, "; ".join(report.kept)) for report in reports if report.kept]
