"""Plays the history of a demo plan through the product's own verbs, each at its moment and by its person."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from actions.models import Action
from ogsm.dates import next_period, period_end, period_start
from plans.models import Choice, Goal, Indicator, Membership, Plan, StandIn
from plans.rules import LOWER_IS_BETTER, limits, target_path
from updates.models import AgendaPoint, Decision, Remark, Update
from updates.session_models import Session

from . import tables
from .calendar import PREPARATION, Calendar
from .meeting import hold_meeting
from .steering import expect_steering
from .tables import ROUNDS, SAME, Act, PlanTable, Said

if TYPE_CHECKING:
    from ogsm.accounts.models import User

Event = Callable[[dt.datetime], None]
ENTERED_AFTER = 3
MISSED_AFTER = 10


class Story:
    """One plan from its draft to the day of building. Whatever happens after the draft is an event with a moment;
    events are played in order, so that every light, figure and agenda is what it was on its day."""

    def __init__(self, table: PlanTable, people: dict[str, User], on: dt.date) -> None:
        self.table = table
        self.people = people
        self.days = Calendar(on, table.starts)
        self.sessions: list[Session] = []
        self.action_ids: dict[str, int] = {}
        self._events: list[tuple[dt.datetime, int, Event]] = []
        self._numbers = itertools.count()

    def tell(self) -> Plan:
        self._write_draft()
        self._expect_meetings()
        for index, act in enumerate(self.table.actions):
            self._expect_action(index, act)
        for indicator, row in zip(self.indicators, self.table.indicators, strict=True):
            self._expect_values(indicator, row)
        for day, short_name, values, why in self.table.rewordings:
            self.at_day(day, partial(self._reword, short_name, values, why))
        for point in self.table.points:
            self.at_day(point.on, partial(self._add_point, point))
        for who, deputy, first, last in self.table.away:
            self.at_day(first - 2, partial(self._name_stand_in, who, deputy, first, last))
        while self._events:
            at, _number, event = heapq.heappop(self._events)
            event(at)
        self.plan.refresh_from_db()
        return self.plan

    # The clock of the story

    def expect(self, at: dt.datetime, event: Event) -> None:
        """Also from within an event, as long as it lies in its future."""
        heapq.heappush(self._events, (at, next(self._numbers), event))

    def at_day(self, day: int, event: Event) -> None:
        number = next(self._numbers)
        heapq.heappush(self._events, (self.days.moment(self.days.day(day), 15, number % 60), number, event))

    def action(self, key: str) -> Action:
        """As it stands now: an event never works with what an earlier one held in its hands."""
        return Action.objects.select_related("plan", "choice", "responsible").get(pk=self.action_ids[key])

    # The draft

    def _write_draft(self) -> None:
        table, days = self.table, self.days
        first = days.sessions[0]
        wrote = partial(days.moment, hour=10)
        weeks_before = [first - dt.timedelta(days=back) for back in (37, 34, 30, 23, 17, 13)]
        owner, leader = self.people["marijke"], self.people["ruben"]
        names = {"start": days.starts_on.year, "end": days.ends_on(table.years).year}
        self.plan = Plan(
            name=table.name.format(**names),
            organisation=table.organisation,
            starts_on=days.starts_on,
            ends_on=days.ends_on(table.years),
            ambition=table.ambition.format(**names),
        )
        self.plan.record(by=owner, at=wrote(weeks_before[0]))
        for role, keys in table.roles.items():
            for key in keys:
                membership = Membership(plan=self.plan, user=self.people[key], role=role)
                membership.record(by=owner, at=wrote(weeks_before[0]))
        self._write_goals(owner, wrote(weeks_before[1]))
        self._write_choices(owner, wrote(weeks_before[2]))
        self._write_indicators(wrote(weeks_before[3]))
        for number, act in enumerate(table.actions):
            if act.made is None:
                self._add_action(act, wrote(weeks_before[4], minute=number))
        self.expect(days.moment(first - dt.timedelta(days=9), 16), partial(self._activate, owner))
        self._plan_sessions(leader, wrote(weeks_before[5]))

    def _activate(self, owner: User, at: dt.datetime) -> None:
        self.plan.activate(by=owner, at=at)

    def _write_goals(self, owner: User, at: dt.datetime) -> None:
        for position, goal in enumerate(self.table.goals):
            row = Goal(
                plan=self.plan,
                name=goal.name,
                unit=goal.unit,
                baseline=Decimal(goal.baseline),
                target=Decimal(goal.target),
                due_on=self.plan.ends_on,
                position=position,
            )
            row.record(by=owner, at=at)

    def _write_choices(self, owner: User, at: dt.datetime) -> None:
        self.choices: dict[str, Choice] = {}
        for row in self.table.choices:
            self.choices[row.short_name] = Choice.create(
                self.plan,
                by=owner,
                at=at,
                short_name=row.short_name,
                goal=row.goal,
                how=row.how,
                stops=row.stops,
                kind=row.kind,
                owner=self.people[row.owner],
            )

    def _write_indicators(self, at: dt.datetime) -> None:
        self.indicators: list[Indicator] = []
        for position, row in enumerate(self.table.indicators):
            choice = self.choices[row.choice]
            indicator = Indicator(
                choice=choice,
                name=row.name,
                unit=row.unit,
                direction=row.direction,
                kind=row.kind,
                frequency=row.frequency,
                source=row.source,
                baseline=Decimal(row.baseline),
                baseline_on=self.days.starts_on - dt.timedelta(days=1),
                target=Decimal(row.target),
                target_on=self.days.ends_on(1),
                amber_limit=None if row.amber_limit is None else Decimal(row.amber_limit),
                entered_by=self.people[row.entered_by] if row.entered_by else None,
                position=position,
            )
            indicator.record(by=choice.owner, at=at + dt.timedelta(minutes=3 * position))
            self.indicators.append(indicator)

    def _add_action(self, act: Act, at: dt.datetime) -> None:
        choice = self.choices[act.choice]
        action = Action.create(
            by=choice.owner,
            at=at,
            plan=self.plan,
            choice=choice,
            result=act.result,
            description=act.description,
            responsible=self.people[act.who],
            involved=[self.people[key] for key in act.involved],
            starts_on=self.days.start(act.start),
            deadline=self.days.working_day(act.deadline),
        )
        self.action_ids[act.key] = action.pk

    def _plan_sessions(self, leader: User, at: dt.datetime) -> None:
        days = self.days
        for day in [*days.sessions, *days.later_sessions(6)]:
            self.sessions.append(self._plan_session(leader, at, day))
        steering = {"kind": Session.Kind.STEERING, "minutes": 90}
        self.steered = self._plan_session(leader, at, days.steered, **steering)
        self._plan_session(leader, at, days.steering, **steering)

    def _plan_session(self, leader: User, at: dt.datetime, day: dt.date, **values: object) -> Session:
        session = Session(
            plan=self.plan,
            starts_at=self.days.session_at(day),
            place=self.table.place,
            facilitator=leader,
            **values,
        )
        session.record(by=leader, at=at)
        return session

    # What happened since

    def _expect_meetings(self) -> None:
        for number, session in enumerate(self.sessions[:ROUNDS], start=1):
            self.expect(session.starts_at - PREPARATION, partial(self._open, session))
            if number in self.table.meetings:
                meeting = self.table.meetings[number]
                self.expect(session.starts_at, partial(hold_meeting, self, session, meeting))

        expect_steering(self, self.steered, self.table.steering)

    def _name_stand_in(self, who: str, deputy: str, first: int, last: int, at: dt.datetime) -> None:
        person, days = self.people[who], {"first_on": self.days.day(first), "last_on": self.days.day(last)}
        StandIn.appoint(self.plan, person=person, deputy=self.people[deputy], by=person, at=at, **days)

    def _open(self, session: Session, at: dt.datetime) -> None:
        session.open(by=None, at=at)

    def _expect_action(self, index: int, act: Act) -> None:
        if act.made is not None:
            self.at_day(act.made, partial(self._add_action, act))
        if act.begun is not None:
            self.at_day(act.begun, partial(self._begin, act))
        for number, said in act.said.items():
            self.expect(self.days.round_moment(number, index), partial(self._update, act, said))
        for move in act.moved:
            self.at_day(move.on, partial(self._move_deadline, act, move))
        for answer in act.answers:
            self.at_day(answer.on, partial(self._answer, act, answer))

    def _begin(self, act: Act, at: dt.datetime) -> None:
        action = self.action(act.key)
        action.move_to(Action.Status.DOING, by=action.responsible, at=at)

    def _update(self, act: Act, said: Said, at: dt.datetime) -> None:
        action = self.action(act.key)
        by = self.people[said.by] if said.by else action.responsible
        if said is SAME:
            Update.give_unchanged(action, by=by, at=at, on=at.date())
            return
        update = Update.give(
            action,
            by=by,
            at=at,
            status=said.status,
            light="" if said.status == Action.Status.DONE else said.light,
            done=said.done,
            next=said.next,
            need=said.need,
            need_of=self.people[said.of] if said.of else None,
            expected_end=None if said.ends is None else self.days.working_day(said.ends),
        )
        for hours, (who, words) in enumerate(said.remarks, start=1):
            self.expect(at + dt.timedelta(hours=hours), partial(self._remark, update, who, words))

    def _remark(self, update: Update, who: str, words: str, at: dt.datetime) -> None:
        Remark.leave(update, words, by=self.people[who], at=at)

    def _move_deadline(self, act: Act, move: tables.Moved, at: dt.datetime) -> None:
        action = self.action(act.key)
        action.shift_deadline(self.days.working_day(move.to), reason=move.reason, by=action.responsible, at=at)

    def _answer(self, act: Act, answer: tables.Answer, at: dt.datetime) -> None:
        by = self.people[answer.by]
        request = self.action(act.key).help_requests.open().select_related("action").get()
        promise = request.reply(
            answer.state,
            by=by,
            at=at,
            answer=answer.words,
            promised_on=None if answer.promised is None else self.days.working_day(answer.promised),
        )
        if promise and answer.kept is not None:
            self.at_day(answer.kept, partial(self._keep, promise, by))

    def _keep(self, promise: Decision, by: User, at: dt.datetime) -> None:
        promise.finish(by=by, at=at)

    def _reword(self, short_name: str, values: Mapping[str, str], why: str, at: dt.datetime) -> None:
        choice = self.choices[short_name]
        choice.change(by=choice.owner, at=at, why=why, **values)

    def _add_point(self, point: tables.Point, at: dt.datetime) -> None:
        coming = self.sessions[ROUNDS - 1]
        AgendaPoint.add(coming, point.text, minutes=point.minutes, by=self.people[point.person], at=at)

    # Values

    def _expect_values(self, indicator: Indicator, row: tables.Indicator) -> None:
        periods = self._periods(indicator, row)
        by = indicator.entered_by or indicator.choice.owner
        for place, period in enumerate(periods, start=-len(periods)):
            behind = row.course[max(place, -len(row.course))]
            end = period_end(period, indicator.frequency)
            at = self.days.moment(end + dt.timedelta(days=ENTERED_AFTER), 9, 40)
            if row.turned and place == -1:
                at = max(at, self.days.moment(self.days.sessions[-2] + dt.timedelta(days=1), 9, 40))
            value, note = self._value(indicator, behind, end, row), row.notes.get(place, "")
            self.expect(at, partial(self._enter, indicator, period, value, note, by))

    def _enter(
        self, indicator: Indicator, period: dt.date, value: Decimal, note: str, by: User | None, at: dt.datetime
    ) -> None:
        indicator.enter(period, value, by=by, at=at, note=note)

    def _periods(self, indicator: Indicator, row: tables.Indicator) -> list[dt.date]:
        """The periods whose value was known by yesterday; without the newest ones when it was forgotten, so many that
        nobody can say it may still come in."""
        period, periods = period_start(self.days.starts_on, indicator.frequency), []
        while period_end(period, indicator.frequency) + dt.timedelta(days=ENTERED_AFTER) < self.days.on:
            periods.append(period)
            period = next_period(period, indicator.frequency)
        if row.forgotten:
            last_day = self.days.on - dt.timedelta(days=MISSED_AFTER)
            missed = [first for first in periods if period_end(first, indicator.frequency) <= last_day]
            return missed[:-1]
        return periods

    def _value(self, indicator: Indicator, behind: float, end: dt.date, row: tables.Indicator) -> Decimal:
        path = target_path(indicator.facts, end) or Decimal(0)
        distance = Decimal(str(behind)) * limits(indicator.facts)[1]
        value = path - distance if indicator.direction in LOWER_IS_BETTER else path + distance
        step = Decimal(row.step)
        return (value / step).to_integral_value() * step
