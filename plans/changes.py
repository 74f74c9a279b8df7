"""Who changed what in a plan, when, from what to what and why: read from the change histories, newest first.

A page reads a fixed number of the newest rows and the row before each of them, so it costs the same however long the
histories are. Columns that say nothing to a reader (place, version, counters) are left out, and so are rows in which
only those changed.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from actions.models import Action
from ogsm import words
from ogsm.accounts.models import User
from ogsm.pieces import UNDONE

from .models import Choice, Goal, Indicator, IndicatorValue, Membership, Plan
from .readable import NOTHING, readable
from .since import COUNTED

PAGE_SIZE, READ_AT_ONCE = 50, 150
Acted = dict[str, tuple[Any, Any]]  # field → its stored value before and after; of many: sets of keys


@dataclass(frozen=True)
class Kind:
    """One history: which of its columns a reader sees, and which rows belong to a plan."""

    name: str
    label: Any
    one: Any
    model: type[Model]
    shown: tuple[str, ...]
    silent: tuple[str, ...] = ()

    def column(self, name: str) -> str:
        """The attribute that holds a field's stored value: the key of whatever it points at."""
        return self.model._meta.get_field(name).attname  # type: ignore[union-attr]

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
        (*COUNTED["choice"], "archived_at"),
        ("position", "colour"),
    ),
    Kind(
        "indicator",
        gettext_lazy("Indicators"),
        gettext_lazy("indicator"),
        Indicator,
        (*COUNTED["indicator"], "archived_at"),
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
MANY = {"involved": User, "serves": Indicator}  # of an action
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


class Piece(NamedTuple):
    """A piece of the plan as an address names it, 'action-12'; an indicator's values belong to it."""

    kind: str
    pk: int

    def __str__(self) -> str:
        return f"{self.kind}-{self.pk}"

    def rows(self, kind: Kind, rows: QuerySet) -> QuerySet | None:
        """Those of `rows`, a history of `kind`, that are of this piece; None when none can be."""
        if kind.name == self.kind:
            return rows.filter(id=self.pk)
        if kind.name == "value" and self.kind == "indicator":
            return rows.filter(indicator_id=self.pk)
        return None


class Span(NamedTuple):
    """A stretch of time: after one moment, from another on, before a third; None leaves that side open."""

    after: dt.datetime | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None

    def of(self, rows: QuerySet) -> QuerySet:
        limits = {"history_date__gt": self.after, "history_date__gte": self.start, "history_date__lt": self.end}
        return rows.filter(**{name: limit for name, limit in limits.items() if limit is not None})


@dataclass
class Change:
    """One act of one person on one piece; `act` is one of the sentences above. `session`: where it was decided;
    `is_of_session`: it was decided there, or taken back."""

    at: dt.datetime
    by: User | None
    kind: Kind
    what: str
    act: str
    why: str
    piece: Piece
    differences: list[Difference] = field(default_factory=list)
    session: Any = None
    is_of_session: bool = False
    acted: Acted = field(default_factory=dict)
    undo: Any = None  # what takes it back, where the reader can (undo_offers.py)

    @property
    def because(self) -> str:
        """'Because: the supplier is late'; that it takes something back; '' where no reason was given."""
        if self.why == UNDONE:
            return _("Taken back.")
        return _("Because: %(why)s") % {"why": self.why} if self.why else ""

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


class Row(NamedTuple):
    """A row of a history with the row before it of the same piece (None for the first one)."""

    cursor: Cursor
    kind: Kind
    now: Any
    before: Any

    def value(self, name: str) -> Any:
        return getattr(self.now, self.kind.column(name))

    def value_before(self, name: str) -> Any:
        return getattr(self.before, self.kind.column(name)) if self.before else None

    def changed(self, names: Iterable[str]) -> list[str]:
        return [name for name in names if self.value(name) != self.value_before(name)]

    def acted(self, many: Mapping[str, Mapping[int, set[int]]]) -> Acted:
        """What it changed, also what no reader sees; nothing when it is not a change of what was there. `many`: the
        keys an action's rows have, by field and number of the row."""
        if self.before is None or self.now.history_type != "~":
            return {}
        names = self.changed((*self.kind.shown, *self.kind.silent))
        found: Acted = {name: (self.value_before(name), self.value(name)) for name in names}
        for name, keys in many.items() if self.kind.model is Action else ():
            before, after = (frozenset(keys.get(one.history_id, ())) for one in (self.before, self.now))
            if before != after:
                found[name] = before, after
        return found

    @property
    def is_seen(self) -> bool:
        """Whether a reader sees anything of it. An action's row in which nothing changed is of the people
        involved or the indicators it serves."""
        if self.before is None or self.now.history_type != "~" or self.changed(self.kind.shown):
            return True
        return self.kind.model is Action and not self.changed(self.kind.silent)


def in_one(earlier: Acted, later: Acted) -> Acted:
    """Two steps of one act as one."""
    pairs = {
        name: (earlier.get(name, later.get(name))[0], later.get(name, earlier.get(name))[1])  # type: ignore[index]
        for name in {**earlier, **later}
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def newest_rows(
    plan: Plan,
    kinds: Iterable[Kind],
    person: int | None,
    after: Cursor | None,
    piece: Piece | None,
    span: Span,
    most: int | None = READ_AT_ONCE + 1,
) -> list[Cursor]:
    """The newest rows of all histories together, seen or not. One query."""
    found = []
    for kind in kinds:
        place = KINDS.index(kind)
        rows = kind.rows_of(plan)
        if piece is not None:
            of_piece = piece.rows(kind, rows)
            if of_piece is None:
                continue
            rows = of_piece
        rows = span.of(rows)
        if person is not None:
            rows = rows.filter(history_user_id=person)
        if after is not None:
            older = Q(history_date__lt=after.at)
            if place < after.kind:
                older |= Q(history_date=after.at)
            elif place == after.kind:
                older |= Q(history_date=after.at, history_id__lt=after.row)
            rows = rows.filter(older)
        place_of_row = Value(place, output_field=IntegerField())
        found.append(rows.order_by().annotate(place=place_of_row).values_list("history_date", "place", "history_id"))
    if not found:
        return []
    first, *others = found
    together = first.union(*others, all=True) if others else first
    newest = together.order_by("-history_date", "-place", "-history_id")[:most]
    return [Cursor(*row) for row in newest]


def rows_at(cursors: Iterable[Cursor]) -> list[Row]:
    """Those rows, each with the one before it. Two queries for each kind among them."""
    by_kind: dict[int, list[int]] = defaultdict(list)
    for cursor in cursors:
        by_kind[cursor.kind].append(cursor.row)
    found = []
    for place, numbers in by_kind.items():
        history = KINDS[place].model.history  # type: ignore[attr-defined]
        before = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
        rows = list(
            history.filter(history_id__in=numbers)
            .select_related("history_user")
            .annotate(number_before=Subquery(before.values("history_id")[:1]))
        )
        known = {row.history_id: row for row in rows}
        missing = {row.number_before for row in rows} - known.keys() - {None}
        known |= {row.history_id: row for row in history.filter(history_id__in=missing)}
        for row in rows:
            cursor = Cursor(row.history_date, place, row.history_id)
            found.append(Row(cursor, KINDS[place], row, known.get(row.number_before)))
    return sorted(found, key=lambda row: row.cursor, reverse=True)


def changes_of(
    plan: Plan,
    *,
    kind: str = "",
    person: int | None = None,
    piece: Piece | None = None,
    span: Span | None = None,
    after: Cursor | None = None,
) -> Page:
    """One page of changes. At most 21 queries, whatever the length of the histories.

    A page may be shorter than PAGE_SIZE, where many rows in between say nothing to a reader.
    """
    kinds = [one for one in KINDS if not kind or one.name == kind]
    cursors = newest_rows(plan, kinds, person, after, piece, span or Span())
    rows = [row for row in rows_at(cursors[:READ_AT_ONCE]) if row.is_seen]
    older = None
    if len(rows) > PAGE_SIZE:
        older = rows[PAGE_SIZE - 1].cursor
    elif len(cursors) > READ_AT_ONCE:
        older = cursors[READ_AT_ONCE - 1]
    rows = rows[:PAGE_SIZE]
    names = Names(plan, rows)
    changes: list[Change] = []
    latest: tuple[Any, ...] = ()
    for row in rows:
        act = (row.cursor.kind, row.now.id, row.now.history_date, row.now.history_user_id)
        change = names.change(row)
        if act == latest:  # saved in steps, but one act: the older row says what it was
            later = changes.pop()
            change.differences += later.differences
            change.acted = in_one(change.acted, later.acted)
        changes.append(change)
        latest = act
    return Page(changes, older)


def _all_of(by_row: Mapping[int, set[int]]) -> set[int]:
    return {key for keys in by_row.values() for key in keys}


def many_of(name: str, rows: list[Row]) -> dict[int, set[int]]:
    """The keys that each history row has in this field, by the number of that row. One query."""
    numbers = [one.history_id for row in rows for one in (row.now, row.before) if one]
    found: dict[int, set[int]] = defaultdict(set)
    if numbers:
        through = Action.history.model._meta.get_field(f"historicalaction_{name}").related_model
        key = f"{MANY[name]._meta.model_name}_id"
        for number, one in through.objects.filter(history_id__in=numbers).values_list("history_id", key):
            found[number].add(one)
    return found


class Names:
    """What the rows point at, fetched at once: people, choices, indicators, and what actions had many of."""

    def __init__(self, plan: Plan, rows: list[Row]) -> None:
        people: set[int] = set()
        choices: set[int] = set()
        for row in rows:
            for name in row.kind.shown:
                target = row.kind.model._meta.get_field(name).related_model
                keys = people if target is User else choices if target is Choice else None
                if keys is not None:
                    keys |= {key for key in (row.value(name), row.value_before(name)) if key}
        actions = [row for row in rows if row.kind.model is Action]
        self.many = {name: many_of(name, actions) for name in MANY}
        people |= _all_of(self.many["involved"])
        self.by_model: dict[Any, Mapping[Any, Any]] = {
            User: User.objects.in_bulk(people),
            Choice: self._choices(plan, choices),
        }
        values = {row.now.indicator_id for row in rows if row.kind.model is IndicatorValue}
        values |= _all_of(self.many["serves"])
        self.indicators = Indicator.objects.in_bulk(values) if values else {}
        self.by_model[Indicator] = self.indicators

    @staticmethod
    def _choices(plan: Plan, keys: set[int]) -> dict[int, str]:
        """A choice of another plan is named with its plan."""
        if not keys:
            return {}
        found = Choice.objects.filter(pk__in=keys).select_related("plan")
        return {
            choice.pk: str(choice) if choice.plan_id == plan.pk else f"{choice.plan} · {choice}" for choice in found
        }

    def change(self, row: Row) -> Change:
        now, kind = row.now, row.kind
        act = {"+": ADDED, "-": REMOVED}.get(now.history_type, CHANGED)
        differences = []
        if act == CHANGED:
            changed = row.changed(kind.shown)
            if "archived_at" in changed:
                act = ARCHIVED if now.archived_at else RESTORED
            elif "confirmed_at" in changed and now.confirmed_at:
                act = CONFIRMED
            differences = [self.difference(row, name) for name in changed if not name.endswith("ed_at")]
        elif kind.model is IndicatorValue:
            differences = [self.difference(row, "value")]
        elif kind.model is Membership:
            differences = [self.difference(row, "role")]
        if kind.model is Action and row.before:
            differences += self._many_differences(row)
        why = now.history_change_reason or ""
        piece = Piece(kind.name, now.id)
        change = Change(now.history_date, now.history_user, kind, self.what(row), act, why, piece, differences)
        change.acted = row.acted(self.many)
        return change

    def difference(self, row: Row, name: str) -> Difference:
        column: Any = row.kind.model._meta.get_field(name)
        indicator = self.indicators.get(getattr(row.now, "indicator_id", None))
        unit = getattr(row.now, "unit", "") or getattr(indicator, "unit", "")
        names = self.by_model.get(column.related_model)
        before, after = (
            readable(column, value, unit=unit, people=names) for value in (row.value_before(name), row.value(name))
        )
        return Difference(str(column.verbose_name), before, after)

    def _many_differences(self, row: Row) -> list[Difference]:
        """What was added to or taken from the fields that hold many."""
        found = []
        for name, keys in self.many.items():
            known = self.by_model[MANY[name]]
            before, after = (
                ", ".join(sorted(str(known.get(key, "?")) for key in keys.get(one.history_id, ())))
                for one in (row.before, row.now)
            )
            if before != after:
                label = str(getattr(Action, name).field.verbose_name)
                found.append(Difference(label, before or NOTHING, after or NOTHING))
        return found

    def what(self, row: Row) -> str:
        now, kind = row.now, row.kind
        if kind.model is Membership:
            return str(self.by_model[User].get(now.user_id, _("somebody who no longer has an account")))
        if kind.model is IndicatorValue:
            indicator = self.indicators.get(now.indicator_id)
            if indicator is None:
                return str(now.period)
            return f"{indicator}, {words.period_short(now.period, indicator.frequency)}"
        return str(getattr(now, {"choice": "short_name", "action": "result"}.get(kind.name, "name")))
