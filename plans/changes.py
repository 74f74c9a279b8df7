"""Who changed what in a plan, when, from what to what and why: read from the change histories, newest first.

Each history is asked for its newest rows with the values before them beside them (a window over the rows of one
piece), so a page costs the same number of queries however long the histories are. Columns that say nothing to a
reader (place, version, counters) are left out, and so are rows in which only those changed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import F, Model, Q, QuerySet, Window
from django.db.models.functions import FirstValue, Lag
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from actions.models import Action
from ogsm.accounts.models import User

from .forms import period_name
from .models import Choice, Goal, Indicator, IndicatorValue, Membership, Plan
from .readable import readable

PAGE_SIZE = 50
_BEFORE = "before_"


@dataclass(frozen=True)
class Kind:
    """One history: which of its columns a reader sees, and which rows belong to a plan."""

    name: str
    label: Any
    one: Any
    model: type[Model]
    shown: tuple[str, ...]
    silent: tuple[str, ...] = ()

    def rows_of(self, plan: Plan) -> QuerySet:
        history = self.model.history  # type: ignore[attr-defined]
        if self.model is Plan:
            return history.filter(id=plan.pk)
        if self.model is Indicator:
            return history.filter(choice_id__in=plan.choices.values("pk"))
        if self.model is IndicatorValue:
            return history.filter(indicator_id__in=Indicator.objects.filter(choice__plan=plan).values("pk"))
        return history.filter(plan_id=plan.pk)


KINDS = (
    Kind(
        "plan",
        gettext_lazy("Plan"),
        gettext_lazy("the plan"),
        Plan,
        ("name", "organisation", "state", "starts_on", "ends_on", "ambition", "origin_choice", "archived_at"),
        ("current_since", "activated_at", "closed_at"),
    ),
    Kind("member", gettext_lazy("Members"), gettext_lazy("member"), Membership, ("user", "role")),
    Kind(
        "goal",
        gettext_lazy("Goals"),
        gettext_lazy("goal"),
        Goal,
        ("name", "unit", "baseline", "target", "due_on", "judgement", "actual", "archived_at"),
        ("position",),
    ),
    Kind(
        "choice",
        gettext_lazy("Strategic choices"),
        gettext_lazy("choice"),
        Choice,
        ("short_name", "goal", "how", "kind", "owner", "stops", "archived_at"),
        ("position", "colour"),
    ),
    Kind(
        "indicator",
        gettext_lazy("Indicators"),
        gettext_lazy("indicator"),
        Indicator,
        (
            "name",
            "unit",
            "direction",
            "kind",
            "source",
            "baseline",
            "baseline_on",
            "target",
            "target_on",
            "frequency",
            "entered_by",
            "green_limit",
            "amber_limit",
            "archived_at",
        ),
        ("position", "archived_with_choice", "choice"),
    ),
    Kind(
        "value",
        gettext_lazy("Values"),
        gettext_lazy("the value of"),
        IndicatorValue,
        ("value", "note"),
        ("author", "period", "entered_at"),
    ),
    Kind(
        "action",
        gettext_lazy("Actions"),
        gettext_lazy("action"),
        Action,
        (
            "result",
            "description",
            "link",
            "choice",
            "responsible",
            "starts_on",
            "deadline",
            "status",
            "light",
            "expected_end",
            "confirmed_at",
            "archived_at",
        ),
        (
            "original_deadline",
            "completed_on",
            "rank",
            "version",
            "last_update_at",
            "open_help",
            "deadline_moves",
            "last_moved_at",
            "slip_discussed_at",
            "archived_with_choice",
        ),
    ),
)
KIND_BY_NAME = {kind.name: kind for kind in KINDS}
# Whole sentences: where the verb stands is the language's own.
ADDED = gettext_noop("%(who)s added %(what)s")
CHANGED = gettext_noop("%(who)s changed %(what)s")
REMOVED = gettext_noop("%(who)s removed %(what)s")
ARCHIVED = gettext_noop("%(who)s archived %(what)s")
RESTORED = gettext_noop("%(who)s restored %(what)s")
CONFIRMED = gettext_noop("%(who)s confirmed %(what)s as done")


class Cursor(NamedTuple):
    """The last row of a page: the next page starts after it."""

    at: dt.datetime
    kind: int
    row: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.kind}_{self.row}"

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """None for what is not one."""
        parts = text.split("_")
        try:
            at = dt.datetime.fromisoformat(parts[0])
            cursor = cls(at, int(parts[1]), int(parts[2]))
        except (ValueError, IndexError):
            return None
        return cursor if at.tzinfo and 1 < at.year < 9999 and abs(cursor.row) < 2**62 else None


@dataclass
class Difference:
    """One field that changed; both values as a reader says them."""

    label: str
    before: str
    after: str


@dataclass
class Change:
    """One act of one person on one piece; `act` is one of the sentences above."""

    at: dt.datetime
    by: User | None
    kind: Kind
    what: str
    act: str
    why: str
    differences: list[Difference] = field(default_factory=list)

    @property
    def sentence(self) -> SafeString:
        """'Karin de Boer changed goal Turnover'."""
        who = format_html("<b>{}</b>", self.by or _("The system"))
        what = format_html('<span class="muted">{}</span> <b>{}</b>', self.kind.one, self.what)
        return SafeString(escape(_(self.act)) % {"who": who, "what": what})


@dataclass(frozen=True)
class Page:
    changes: list[Change]
    older: Cursor | None


def _same(name: str) -> Q:
    before = f"{_BEFORE}{name}"
    return Q(**{name: F(before)}) | (Q(**{f"{name}__isnull": True}) & Q(**{f"{before}__isnull": True}))


def _differs(name: str) -> Q:
    """Spelt out rather than as 'not the same': for a database, not-equal to nothing is neither true nor false."""
    before = f"{_BEFORE}{name}"
    came = Q(**{f"{name}__isnull": False, f"{before}__isnull": True})
    went = Q(**{f"{name}__isnull": True, f"{before}__isnull": False})
    both = Q(**{f"{name}__isnull": False, f"{before}__isnull": False})
    return came | went | (both & ~Q(**{name: F(before)}))


def _rows(kind: Kind, place: int, plan: Plan, person: int | None, after: Cursor | None) -> QuerySet:
    """The newest rows in which something a reader sees changed, with the row before as `before_…`."""

    def lag(name: str) -> Window:
        return Window(Lag(name), partition_by=F("id"), order_by="history_id")

    columns = ("history_id", *kind.shown, *kind.silent)
    rows = kind.rows_of(plan).annotate(**{_BEFORE + name: lag(name) for name in columns})
    seen = Q(**{f"{_BEFORE}history_id__isnull": True}) | ~Q(history_type="~")
    for name in kind.shown:
        seen |= _differs(name)
    if kind.model is Action:  # a row in which nothing changed at all: the people involved did
        silent = Q()
        for name in kind.silent:
            silent &= _same(name)
        seen |= silent
    rows = rows.filter(seen)
    if person is not None:  # through a window too: a plain condition would hide the rows before from `lag`
        who = Window(FirstValue("history_user_id"), partition_by=F("history_id"))
        rows = rows.annotate(who=who).filter(who=person)
    if after is not None:
        older = Q(history_date__lt=after.at)
        if place < after.kind:
            older |= Q(history_date=after.at)
        elif place == after.kind:
            older |= Q(history_date=after.at, history_id__lt=after.row)
        rows = rows.filter(older)
    return rows.select_related("history_user").order_by("-history_date", "-history_id")[: PAGE_SIZE + 1]


def changes_of(plan: Plan, *, kind: str = "", person: int | None = None, after: Cursor | None = None) -> Page:
    """One page of changes. At most 14 queries, whatever the length of the histories."""
    found = [
        (Cursor(row.history_date, place, row.history_id), row)
        for place, of_kind in enumerate(KINDS)
        if not kind or of_kind.name == kind
        for row in _rows(of_kind, place, plan, person, after)
    ]
    found.sort(key=lambda pair: pair[0], reverse=True)
    shown = found[:PAGE_SIZE]
    names = _Names(plan, [(KINDS[cursor.kind], row) for cursor, row in shown])
    changes: list[Change] = []
    latest: tuple[Any, ...] = ()
    for cursor, row in shown:
        act = (cursor.kind, row.id, row.history_date, row.history_user_id)
        change = names.change(KINDS[cursor.kind], row)
        if act == latest:  # saved in steps, but one act: the older row says what it was
            change.differences += changes.pop().differences
        changes.append(change)
        latest = act
    return Page(changes, shown[-1][0] if len(found) > PAGE_SIZE else None)


class _Names:
    """What the rows point at, fetched at once: people, choices, indicators and who was involved."""

    def __init__(self, plan: Plan, rows: Iterable[tuple[Kind, Any]]) -> None:
        rows = list(rows)
        people: set[int] = set()
        choices: set[int] = set()
        for kind, row in rows:
            for name in kind.shown:
                target = kind.model._meta.get_field(name).related_model
                keys = people if target is User else choices if target is Choice else None
                if keys is not None:
                    pointed_at = (getattr(row, f"{name}_id"), getattr(row, _BEFORE + name))
                    keys |= {key for key in pointed_at if key}
        self.involved = self._involved([row for kind, row in rows if kind.model is Action])
        people |= {user for users in self.involved.values() for user in users}
        self.by_model: dict[Any, Mapping[Any, Any]] = {
            User: User.objects.in_bulk(people),
            Choice: self._choices(plan, choices),
        }
        values = {row.indicator_id for kind, row in rows if kind.model is IndicatorValue}
        self.indicators = Indicator.objects.in_bulk(values) if values else {}

    @staticmethod
    def _choices(plan: Plan, keys: set[int]) -> dict[int, str]:
        """A choice of another plan is named with its plan."""
        if not keys:
            return {}
        found = Choice.objects.filter(pk__in=keys).select_related("plan")
        return {
            choice.pk: str(choice) if choice.plan_id == plan.pk else f"{choice.plan} · {choice}" for choice in found
        }

    @staticmethod
    def _involved(rows: list[Any]) -> dict[int, set[int]]:
        """People involved as each history row has it, by the number of that row."""
        numbers = [
            number for row in rows for number in (row.history_id, getattr(row, f"{_BEFORE}history_id")) if number
        ]
        found: dict[int, set[int]] = defaultdict(set)
        if numbers:
            through = Action.history.model._meta.get_field("historicalaction_involved").related_model
            for number, user in through.objects.filter(history_id__in=numbers).values_list("history_id", "user_id"):
                found[number].add(user)
        return found

    def change(self, kind: Kind, row: Any) -> Change:
        act = {"+": ADDED, "-": REMOVED}.get(row.history_type, CHANGED)
        differences = []
        if act == CHANGED:
            changed = [name for name in kind.shown if self._key(row, name) != getattr(row, _BEFORE + name)]
            if "archived_at" in changed:
                act = ARCHIVED if row.archived_at else RESTORED
            elif "confirmed_at" in changed and row.confirmed_at:
                act = CONFIRMED
            differences = [self._difference(kind, row, name) for name in changed if not name.endswith("ed_at")]
        elif kind.model is IndicatorValue:
            differences = [self._difference(kind, row, "value")]
        elif kind.model is Membership:
            differences = [self._difference(kind, row, "role")]
        if kind.model is Action and row.history_type == "~":
            differences += self._involved_difference(row)
        why = row.history_change_reason or ""
        return Change(row.history_date, row.history_user, kind, self._what(kind, row), act, why, differences)

    @staticmethod
    def _key(row: Any, name: str) -> Any:
        return getattr(row, f"{name}_id", None) if hasattr(row, f"{name}_id") else getattr(row, name)

    def _difference(self, kind: Kind, row: Any, name: str) -> Difference:
        column: Any = kind.model._meta.get_field(name)
        unit = getattr(row, "unit", "") or getattr(self.indicators.get(getattr(row, "indicator_id", None)), "unit", "")
        names = self.by_model.get(column.related_model)
        before, after = (
            readable(column, value, unit=unit, people=names)
            for value in (getattr(row, _BEFORE + name), self._key(row, name))
        )
        return Difference(str(column.verbose_name), before, after)

    def _involved_difference(self, row: Any) -> list[Difference]:
        before, after = (
            ", ".join(sorted(str(self.by_model[User].get(user, "?")) for user in self.involved.get(number, ())))
            for number in (getattr(row, f"{_BEFORE}history_id"), row.history_id)
        )
        if before == after:
            return []
        return [Difference(str(Action._meta.get_field("involved").verbose_name), before or "—", after or "—")]

    def _what(self, kind: Kind, row: Any) -> str:
        if kind.model is Membership:
            return str(self.by_model[User].get(row.user_id, _("somebody who no longer has an account")))
        if kind.model is IndicatorValue:
            indicator = self.indicators.get(row.indicator_id)
            return f"{indicator}, {period_name(row.period, indicator.frequency)}" if indicator else str(row.period)
        return str(getattr(row, {"choice": "short_name", "action": "result"}.get(kind.name, "name")))
