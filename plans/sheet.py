"""What the one-page plan and the scorecard show, fetched in a few queries: rows of choice, indicators and actions."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from actions.models import Action
from actions.querysets import Figures
from actions.rules import DOING, DONE, TODO, Flag
from ogsm import words

from . import paper
from .access import PlanAccess
from .course import Course, course
from .models import Choice, Goal, Indicator, IndicatorValue, Membership, Plan
from .rules import Light, Reading, owed_period, read_light
from .since import asked_value

if TYPE_CHECKING:
    from ogsm.accounts.models import User

_ORDER = {DOING: 0, TODO: 1, DONE: 2}
_CHIPS = Flag.HELP | Flag.CONTRADICTION | Flag.START_OVERDUE | Flag.EXPECTED_LATE | Flag.NO_UPDATE
_SIGNS = {"at_least": "≥", "at_most": "≤"}
OFF_PATH = (Light.AMBER, Light.RED, Light.UNMEASURED)


@dataclass(frozen=True)
class Filters:
    """What of the plan is shown, as the address says it."""

    off: bool = False
    mine: bool = False
    since: str = ""
    changed: bool = False

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Filters:
        since = asked_value(query)
        changed = bool(since) and query.get("changed") == "1"
        return cls(off=query.get("off") == "1", mine=query.get("mine") == "1", since=since, changed=changed)

    def __bool__(self) -> bool:
        """Whether anything is left out; marks of what changed leave out nothing."""
        return self.off or self.mine or self.changed

    @property
    def in_words(self) -> str:
        """'Only off plan, Only mine': what a printed page has to say of itself."""
        said = [(self.off, _("Only off plan")), (self.mine, _("Only mine")), (self.changed, _("Only changed"))]
        return ", ".join(word for is_on, word in said if is_on)

    def toggled(self, name: str) -> str:
        """The query string with one of the three switched; what is marked stays so."""
        on = {"off": self.off, "mine": self.mine, "changed": self.changed}
        on[name] = not on[name]
        marked = {"since": self.since} if self.since else {}
        return "?" + urlencode({**marked, **{key: "1" for key, value in on.items() if value}})

    @property
    def off_toggled(self) -> str:
        return self.toggled("off")

    @property
    def mine_toggled(self) -> str:
        return self.toggled("mine")

    @property
    def changed_toggled(self) -> str:
        return self.toggled("changed")

    @property
    def unmarked(self) -> str:
        """The query string without the moment."""
        return replace(self, since="", changed=False, off=not self.off).toggled("off")


def _signed(indicator: Indicator, text: str) -> str:
    """'≥ 20' of an indicator that should be at least that."""
    sign = _SIGNS.get(indicator.direction)
    return f"{sign}{words.NBSP}{text}" if sign else text


def path_text(indicator: Indicator, path: Decimal | None, value: Decimal | None) -> str:
    """Where it should be, as precise as the figures themselves."""
    if path is None:
        return words.NOTHING
    known = [amount for amount in (indicator.target, indicator.baseline, value) if amount is not None]
    places = max(-int(amount.normalize().as_tuple().exponent) for amount in known)
    text = words.quantity(path.quantize(Decimal(1).scaleb(-max(places, 0))), indicator.unit)
    return _signed(indicator, text)


class IndicatorLine:
    """One indicator as a row: its reading on a day, and what its sparkline draws.

    `values` by period; without them one query, unless `with_values()` has fetched them.
    """

    def __init__(self, indicator: Indicator, on: dt.date, values: dict[dt.date, Decimal] | None = None) -> None:
        self.indicator = indicator
        self.on = on
        self.values = {one.period: one.value for one in indicator.values.all()} if values is None else values

    @cached_property
    def reading(self) -> Reading:
        return read_light(self.indicator.facts, self.values, self.on)

    @property
    def owed(self) -> dt.date | None:
        """First day of the period whose value is due; None when nothing is."""
        return owed_period(self.indicator.facts, self.values, self.on)

    @cached_property
    def course(self) -> Course:
        return course(self.indicator.facts, self.values, self.on)

    @property
    def light(self) -> str:
        return "" if self.reading.light == Light.WAITING else self.reading.light.value

    @property
    def light_label(self) -> str:
        """A word of its own where there is no light; '' where the light's own word holds."""
        if self.reading.light != Light.WAITING:
            return ""
        return _("Too early") if self.indicator.target is not None else _("No target")

    @property
    def value_text(self) -> str:
        return words.quantity(self.reading.value, self.indicator.unit)

    @property
    def path_text(self) -> str:
        return path_text(self.indicator, self.reading.path, self.reading.value)

    @property
    def target_text(self) -> str:
        text = words.quantity(self.indicator.target, self.indicator.unit)
        return text if self.indicator.target is None else _signed(self.indicator, text)

    @property
    def asked(self) -> Any:
        """Who is to enter it: the named person, else the choice's owner."""
        return self.indicator.entered_by or self.indicator.choice.owner


@dataclass(frozen=True)
class Child:
    """A plan that springs from a choice: its name and counts are for all, the link for its members."""

    plan: Plan
    choices: int
    figures: Figures
    may_see: bool


def children_of(plan: Plan, user_id: int, on: dt.date) -> dict[int, list[Child]]:
    """By choice, the plans that spring from it. One query, or two when there are any."""
    mine = Membership.objects.filter(plan=OuterRef("pk"), user=user_id)
    live = Count("choices", filter=Q(choices__archived_at=None))
    plans = list(Plan.objects.live().filter(origin_choice__plan=plan).annotate(is_mine=Exists(mine), live_choices=live))
    figures = Action.objects.figures_by_plan([child.pk for child in plans], on) if plans else {}
    children: dict[int, list[Child]] = defaultdict(list)
    for child in plans:
        children[child.origin_choice_id or 0].append(Child(child, child.live_choices, figures[child.pk], child.is_mine))
    return children


@dataclass
class ChoiceRow:
    """A choice with its indicators and actions, and what the reader may do there."""

    choice: Choice
    indicators: list[IndicatorLine] = field(default_factory=list)
    open: list[Action] = field(default_factory=list)
    done: list[Action] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    may_edit: bool = False
    may_define: bool = False
    may_add_action: bool = False

    @property
    def actions(self) -> list[Action]:
        return [*self.open, *self.done]

    @property
    def is_empty(self) -> bool:
        return not (self.indicators or self.open or self.done)


def live_indicators(plan: Plan) -> Any:
    """The plan's indicators in the order of the page. One query."""
    live = Indicator.objects.live().filter(choice__plan=plan, choice__archived_at=None)
    return live.select_related("entered_by").in_order()


def values_of(indicators: Any) -> dict[int, dict[dt.date, Decimal]]:
    """Values by indicator and period. One query, without making an object of each: a plan has hundreds."""
    found: dict[int, dict[dt.date, Decimal]] = defaultdict(dict)
    rows = IndicatorValue.objects.filter(indicator__in=indicators.order_by().values("pk"))
    for indicator, period, value in rows.values_list("indicator", "period", "value"):
        found[indicator][period] = value
    return found


def _shown(indicator: Indicator, line: IndicatorLine, filters: Filters, user_id: int) -> bool:
    asked = indicator.entered_by_id or indicator.choice.owner_id
    return (not filters.off or line.reading.light in OFF_PATH) and (not filters.mine or asked == user_id)


def plan_rows(
    access: PlanAccess, on: dt.date, filters: Filters | None = None, *, only: Choice | None = None
) -> list[ChoiceRow]:
    """The rows of the page, with `number` on each choice. Six queries, or seven, however long the plan is.

    With a filter, rows without a match are left out. `only` limits the rows to one
    choice, which is then there in any case.
    """
    filters = filters or Filters()
    plan, user_id = access.plan, access.user.pk
    choices = plan.choices.numbered()
    indicators, actions = live_indicators(plan), plan.actions.live().filter(choice__archived_at=None)
    if only is not None:
        choices = [choice for choice in choices if choice.pk == only.pk]
        indicators, actions = indicators.filter(choice=only), actions.filter(choice=only)
    children = children_of(plan, user_id, on)
    rows = {choice.pk: ChoiceRow(choice, children=children.get(choice.pk, [])) for choice in choices}
    for row in rows.values():
        row.may_edit = access.may_edit_choice(row.choice)
        row.may_define = access.may_define_indicator(row.choice)
        row.may_add_action = access.may_add_action(row.choice)
    values = values_of(indicators)
    for indicator in indicators:
        if indicator.choice_id not in rows:  # made since the choices were read
            continue
        indicator.choice = rows[indicator.choice_id].choice
        line = IndicatorLine(indicator, on, values.get(indicator.pk, {}))
        if _shown(indicator, line, filters, user_id):
            rows[indicator.choice_id].indicators.append(line)
    for action in sorted(actions.with_flags(on).prefetch_related("responsible"), key=_place):
        if (filters.off and not action.flag_bits) or (filters.mine and action.responsible_id != user_id):
            continue
        if action.choice_id in rows:
            row = rows[action.choice_id]
            (row.done if action.is_done else row.open).append(action)
    return [row for row in rows.values() if only is not None or not (filters and row.is_empty)]


def _place(action: Action) -> tuple[int, int, int]:
    """In progress, to do, done; by deadline, what is done newest first."""
    if action.completed_on:
        return 2, -action.completed_on.toordinal(), action.pk
    return _ORDER[action.status], action.deadline.toordinal(), action.pk


def people_of(rows: Iterable[ChoiceRow]) -> list[User]:
    """The responsible of the actions shown, each once, in order of name: whose initials stand on the page."""
    found = {action.responsible_id: action.responsible for row in rows for action in row.actions}
    return sorted(found.values(), key=lambda user: (user.sort_name.lower(), user.pk))


def paper_of(plan: Plan, goals: list[Goal], rows: list[ChoiceRow]) -> paper.Paper:
    """How the page comes out on paper. No query."""
    on_paper = [_row_on_paper(row) for row in rows]
    return paper.paper_of(plan.ambition, [goal.name for goal in goals], on_paper, len(people_of(rows)))


def _row_on_paper(row: ChoiceRow) -> paper.Row:
    choice = row.choice
    small = (choice.stops, str(choice.owner or ""), *(str(child.plan) for child in row.children))
    return paper.Row(
        pk=choice.pk,
        name=choice.short_name,
        statement=f"{choice.goal} {choice.how}",
        small=tuple(text for text in small if text),
        indicators=tuple(paper.Piece(line.indicator.pk, line.indicator.name) for line in row.indicators),
        actions=tuple(paper.Piece(action.pk, action.result, _chip_count(action)) for action in row.actions),
    )


def _chip_count(action: Action) -> int:
    """The chips behind its result, at most."""
    return (int(action.flags) & int(_CHIPS)).bit_count() + bool(not action.is_done and action.deadline_moves)


def shared_due_day(goals: list[Goal]) -> dt.date | None:
    """The day all goals are for, when it is the same one."""
    days = {goal.due_on for goal in goals}
    return days.pop() if len(days) == 1 else None


def counts_of(rows: Iterable[ChoiceRow]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts["choices"] += 1
        counts["indicators"] += len(row.indicators)
        counts["actions"] += len(row.open) + len(row.done)
    return counts
