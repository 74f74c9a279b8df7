"""Adding an action in a column of the board: what the column, its lane and the filters say of it already, and the form
that asks the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from ogsm.marks import icon_html

from .filters import CHOICE, PERSON, Selection
from .forms import ActionForm

if TYPE_CHECKING:
    from plans.access import PlanAccess
    from plans.models import Choice

ASKED = ("result", "choice", "responsible", "deadline")


class AddLinks:
    """The link at the foot of each column, made here because a board in lanes has many: opens the short form in place
    (quick.js), without script the page that adds an action. What returns on many columns is made once."""

    def __init__(self, access: PlanAccess, selection: Selection) -> None:
        self.access, self.selection = access, selection
        self.someone = selection.person or (access.user.pk if selection.mine else None)
        self.add, self.quick = (reverse(f"actions:action_{name}", args=[access.plan.pk]) for name in ("add", "quick"))
        self.words = icon_html("plus") + escape(gettext("Add an action"))

    def query(self, *, choice: Choice | None = None, person: Any = None) -> str:
        """What is filled in already for an action that is added in a lane (or on a board without): the lane's choice or
        person, else those of the filters; the status follows. '' for who may not add one there."""
        if not self.access.may_add_action(choice):
            return ""
        person_id = person.pk if person else self.someone
        choice_id = choice.pk if choice else self.selection.choice
        known = {"person": person_id, "choice": choice_id, "lanes": self.selection.lanes}
        query = urlencode({name: value for name, value in known.items() if value})
        return f"?{query}&status=" if query else "?status="

    def html(self, query: str, *, key: str, name: str) -> SafeString:
        query = escape(query)
        return SafeString(
            f'<div class="quick no-print" data-quick><a class="btn btn-quiet" id="quick-open-{key}"'
            f' href="{self.add}{query}" hx-get="{self.quick}{query}" hx-target="#quick-form-{key}" hx-swap="innerHTML">'
            f'{self.words}<span class="sr">: {escape(name)}</span></a>'
            f'<div class="quick-form" id="quick-form-{key}" data-quick-form></div></div>'
        )


def column_of(start: Selection) -> str:
    """The key of the column that an address adds in, as `board.column_key` makes it."""
    lane = {CHOICE: start.choice, PERSON: start.person}.get(start.lanes)
    return f"{start.lanes}-{lane}-{start.status}" if lane else start.status


class QuickForm(ActionForm):
    """Result, choice, responsible and deadline; the rest comes later."""

    lines = (("result",), ("choice",), ("responsible",), ("deadline",))
    more_lines: tuple[tuple[str, ...], ...] = ()

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"quick-{key}-%s", **kwargs)
        for name in self.fields.keys() - set(ASKED):
            del self.fields[name]

    def ask_next(self) -> None:
        """The same form for the next action: all but the result is kept. It asks the database nothing a second time."""
        self.initial.update({name: self.cleaned_data[name] for name in ASKED} | {"result": ""})
        self.is_bound, self._errors = False, None
        self._bound_fields_cache.clear()  # type: ignore[attr-defined]
        self._weigh("result", self.instance.plan_id)

    def point_at_first(self) -> None:
        """The focus: on the first field that is wrong, else on the result."""
        name = next((name for name in ASKED if name in self.errors), "result") if self.is_bound else "result"
        self.fields[name].widget.attrs["autofocus"] = True
