"""The columns of the action plan: their names, order and how each is sorted; which of them a person wants to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .filters import SORTS
from .models import Action
from .querysets import ActionQuerySet
from .step_models import Step

if TYPE_CHECKING:
    from ogsm.accounts.models import User


@dataclass(frozen=True)
class Column:
    """`sort` is what the database sorts it by; `field` is what a cell of it changes, '' when it only shows."""

    name: str
    label: Any
    sort: Any
    field: str = ""
    standard: bool = False


RESULT = "result"  # the head of every row: it cannot be left out
COLUMNS: tuple[Column, ...] = (
    Column("number", pgettext_lazy("column", "No."), F("pk"), standard=True),
    Column(RESULT, _("Result"), F("result"), field="result", standard=True),
    Column("choice", _("Choice"), SORTS["choice"], field="choice", standard=True),
    Column("responsible", _("Responsible"), SORTS["responsible"], field="responsible", standard=True),
    Column("involved", _("Involved"), F("first_involved")),
    Column("start", _("Start"), F("starts_on"), field="starts_on", standard=True),
    Column("deadline", _("Deadline"), F("deadline"), field="deadline", standard=True),
    Column("original", _("Original deadline"), F("original_deadline")),
    Column("moved", _("Moved"), F("deadline") - F("original_deadline")),
    Column("status", _("Status"), SORTS["status"], field="status", standard=True),
    Column("light", _("Light"), SORTS["light"], standard=True),
    Column("expected", _("Expected"), F("expected_end"), standard=True),
    Column("update", _("Update"), F("last_update_at"), standard=True),
    Column("said", _("What was done"), F("last_said")),
    Column("help", _("Help wanted"), F("open_help")),
    Column("done", _("Done on"), F("completed_on")),
    Column("steps", _("Steps"), F("steps_done")),
    Column("description", _("Description"), F("description")),
    Column("link", _("Link"), F("link"), field="link"),
)
BY_NAME = {column.name: column for column in COLUMNS}
STANDARD = tuple(column.name for column in COLUMNS if column.standard)
EDITED = {column.field: column for column in COLUMNS if column.field}


def shown_columns(names: Iterable[Any]) -> list[Column]:
    """The columns of those names in the table's order, always with the result; the standard ones for no names."""
    wanted = {name for name in names if isinstance(name, str)} & BY_NAME.keys() or set(STANDARD)
    return [column for column in COLUMNS if column.name in wanted or column.name == RESULT]


def keep_columns(user: User, names: Iterable[str]) -> None:
    """What this person wants to see from now on, in every plan; the standard ones are kept as 'no choice'."""
    wanted = [column.name for column in shown_columns(names)]
    user.action_columns = [] if wanted == list(STANDARD) else wanted
    user.save(update_fields=["action_columns"])


def with_columns(actions: ActionQuerySet, columns: Iterable[Column]) -> ActionQuerySet:
    """Annotated with what some columns show or are sorted by. No query of its own; two more for who is involved."""
    names = {column.name for column in columns}
    if "involved" in names:
        involved = Action.involved.through.objects.filter(action=OuterRef("pk")).order_by("user__sort_name")
        actions = actions.prefetch_related("involved").annotate(
            first_involved=Subquery(involved.values("user__sort_name")[:1])
        )
    if "steps" in names:
        done = Count("pk", filter=Q(done_at__isnull=False))
        steps = Step.objects.live().filter(action=OuterRef("pk")).order_by().values("action")
        actions = actions.annotate(
            steps_all=Coalesce(Subquery(steps.annotate(number=Count("pk")).values("number")), 0),
            steps_done=Coalesce(Subquery(steps.annotate(number=done).values("number")), 0),
        )
    if "said" in names:
        updates: Any = Action._meta.get_field("updates").related_model
        latest = updates.objects.filter(action=OuterRef("pk")).order_by("-at", "-pk")
        said = latest.annotate(said=Coalesce(NullIf("done", Value("")), "next", output_field=TextField())).values(
            "said"
        )[:1]
        actions = actions.annotate(last_said=Subquery(said))
    return actions
