"""The demo keeps its promises: two believable plans in mid-year, whatever the day on which it is built."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from actions.models import organisation_day
from actions.rules import FLAG_NAMES, Flag
from ogsm import demo
from ogsm.accounts.auth import DEMO_PASSWORD
from ogsm.accounts.models import User
from plans.models import Indicator, Plan
from plans.rules import Light
from updates.live_agenda import SessionAgenda, agenda_of
from updates.models import ChoiceReview, Decision, HelpRequest, Session
from updates.my_work import letter_for

ZONE = ZoneInfo(settings.TIME_ZONE)
AT = dt.datetime(2026, 6, 8, 8, 30, tzinfo=ZONE)
ON = AT.date()
ROLES = {
    "owner": "owner",
    "process": "process_owner",
    "choice": "member",
    "responsible": "member",
    "member": "member",
    "viewer": "viewer",
}


@pytest.fixture(scope="module")
def plans(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[Plan]]:
    """Built once; every test looks at it, none changes it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.build(at=AT)
        transaction.set_rollback(True)


@pytest.fixture(params=["Dutch", "English"])
def plan(request: pytest.FixtureRequest, db: None, plans: list[Plan]) -> Plan:
    return plans[request.param == "English"]


@pytest.fixture
def dutch(db: None, plans: list[Plan]) -> Plan:
    return plans[0]


@pytest.fixture
def english(db: None, plans: list[Plan]) -> Plan:
    return plans[1]


def person(who: str) -> User:
    return User.objects.get(email=f"{who}@demo.example")


def coming_agenda(plan: Plan, on: dt.date) -> SessionAgenda:
    return agenda_of(plan.sessions.get(state="open"), on)


def indicators(plan: Plan) -> list[Indicator]:
    return list(Indicator.objects.live().filter(choice__plan=plan).with_values().in_order())


# People


@override_settings(DEMO=True)
def test_people_sign_in_with_the_demo_password(dutch: Plan) -> None:
    for who in (*ROLES, "stranger", "admin"):
        assert person(who).check_password(DEMO_PASSWORD), who
        assert " " in person(who).name, who


def test_roles_are_the_same_in_both_plans(plan: Plan) -> None:
    for who, role in ROLES.items():
        assert plan.memberships.get(user=person(who)).role == role
    assert 8 <= plan.memberships.count() <= 12
    assert plan.choices.live().filter(owner=person("choice")).exists()
    assert plan.actions.live().filter(responsible=person("responsible")).exists()
    assert not plan.choices.filter(owner=person("responsible")).exists()
    assert not plan.actions.filter(responsible=person("member")).exists()
    assert plan.actions.live().filter(involved=person("member")).exists()
    assert not plan.actions.filter(involved=person("viewer")).exists()


def test_the_stranger_and_the_administrator_are_members_of_nothing(dutch: Plan) -> None:
    assert not person("stranger").memberships.exists()
    assert not person("admin").memberships.exists()
    assert person("admin").is_superuser


def test_responsible_people_take_part(plan: Plan) -> None:
    for action in plan.actions.select_related("plan", "choice"):
        action.full_clean(exclude=["involved"])


# The page


def test_the_installers_example_is_there_with_its_figures(dutch: Plan) -> None:
    choice = dutch.choices.numbered()[0]
    assert choice.goal == "Wij vergroten de klanttevredenheid en de omzet van onze installateurs"
    assert choice.how == "actief accountmanagement"
    assert [(row.target, row.unit) for row in choice.indicators.live()] == [
        (Decimal(20), "percent"),
        (Decimal(80000), "eur"),
        (Decimal(65000), "eur"),
        (Decimal(4), "count"),
        (Decimal(24), "count"),
    ]
    assert choice.actions.filter(result="Elke accountmanager heeft voor elke installateur een accountplan").exists()


def test_sizes_fit_one_page(dutch: Plan, english: Plan) -> None:
    sizes = [
        (plan.goals.live().count(), plan.choices.live().count(), len(indicators(plan)), plan.actions.live().count())
        for plan in (dutch, english)
    ]
    assert sizes == [(4, 5, 18, 30), (4, 4, 15, 28)]


def test_every_piece_says_what_the_plan_check_asks_for(plan: Plan) -> None:
    for choice in plan.choices.live():
        assert choice.how
        assert choice.stops
        assert choice.owner
        assert choice.indicators.live().exists()
        assert choice.actions.live().exists()
    assert all(row.source and row.target is not None for row in indicators(plan))


def test_indicators_show_every_light(plan: Plan) -> None:
    lights = Counter(row.reading(ON).light for row in indicators(plan))
    assert lights[Light.UNMEASURED] == 1
    assert lights[Light.WAITING] == 0
    assert min(lights[Light.GREEN], lights[Light.AMBER], lights[Light.RED]) >= 2


def test_totals_only_grow_within_a_year(plan: Plan) -> None:
    for row in indicators(plan):
        values = [value.value for value in row.values.all() if value.period.year == ON.year]
        assert all(value >= 0 for value in values), row
        assert len(values) >= (1 if row.frequency == "quarter" else 3), row
        if row.kind == "running_total":
            assert values == sorted(values), row


# Today


def test_every_flag_is_there(plan: Plan) -> None:
    flags = {name for action in plan.actions.live().with_flags(ON) for name in action.flag_names}
    assert flags == set(FLAG_NAMES.values())


def test_figures_of_today(dutch: Plan, english: Plan) -> None:
    assert dutch.actions.figures(ON) == {"open": 23, "off_plan": 11, "going": 17, "current": 12, "done": 7}
    assert english.actions.figures(ON) == {"open": 21, "off_plan": 10, "going": 16, "current": 12, "done": 7}


def test_one_finished_action_waits_for_confirmation(plan: Plan) -> None:
    assert plan.actions.live().filter(status="done", confirmed_at=None).count() == 1


def test_the_responsible_owes_updates_and_one_is_late(dutch: Plan, english: Plan) -> None:
    owed = {plan: list(plan.actions.owed(ON).filter(responsible=person("responsible"))) for plan in (dutch, english)}
    assert len(owed[dutch]) >= 2
    assert owed[english]
    for actions in owed.values():
        assert any("late" in action.flag_names for action in actions)


def test_help_is_asked_of_people_and_of_the_team(plan: Plan) -> None:
    asked = HelpRequest.objects.open().filter(action__plan=plan, action__archived_at=None)
    assert asked.filter(asked_of=person("choice")).count() == 1
    assert asked.filter(asked_of=person("responsible")).count() == 1
    assert asked.filter(asked_of=None).exists()
    for action in plan.actions.all():
        assert action.open_help == action.help_requests.open().count()


def test_an_agreement_is_due_and_others_are_kept(plan: Plan) -> None:
    promises = Decision.objects.promises().filter(plan=plan)
    assert promises.filter(done_at=None, due_on__lt=ON).count() == 1
    assert promises.filter(done_at__isnull=False).count() >= 3


# Sessions


def test_five_sessions_lie_behind_with_minutes(plan: Plan) -> None:
    closed = list(plan.sessions.closed().filter(kind="update"))
    assert len(closed) == 5
    for number, session in enumerate(reversed(closed)):
        record = session.minutes_record
        assert record["version"]
        assert session.percent_current is not None
        assert 15 <= session.minutes_used <= 60
        assert (record["figures"]["off_plan_last"] is None) == (number == 0)
        assert all(line["outcome"] for line in record["lines"] if line["section"] in ("carried", "off-plan"))
    assert sum(len(line["decisions"]) for session in closed for line in session.minutes_record["lines"]) >= 8


def test_the_next_session_is_three_days_away_and_in_preparation(plan: Plan) -> None:
    session = plan.sessions.coming().first()
    assert session.state == Session.State.OPEN
    assert organisation_day(session.starts_at) == ON + dt.timedelta(days=3)
    assert session.starts_at - session.opened_at == dt.timedelta(days=7)
    assert session.facilitator == person("process")
    assert plan.sessions.filter(state="planned", kind="update").count() == 6
    assert plan.sessions.filter(state="planned", kind="steering").count() == 1


def test_the_first_session_starts_at_nine(dutch: Plan) -> None:
    session = dutch.sessions.get(state="open")
    assert session.starts_at.astimezone(ZONE).time() == dt.time(9)


def test_nobody_leads_two_sessions_at_once(dutch: Plan, english: Plan) -> None:
    ends = dict(dutch.sessions.values_list("starts_at__date", "starts_at"))
    for session in english.sessions.all():
        assert session.starts_at - ends[session.starts_at.date()] >= dt.timedelta(minutes=90)


def test_the_agenda_is_full_and_fits(plan: Plan) -> None:
    agenda = coming_agenda(plan, ON)
    assert agenda.box == 45
    assert agenda.used == 45
    assert len(agenda.discussed) >= 14
    assert not agenda.of("outside")
    assert len(agenda.of("finished")) == 1
    assert len(agenda.of("carried")) >= 3
    assert agenda.of("indicators")


def test_the_agenda_lists_exactly_the_off_plan_actions(plan: Plan) -> None:
    listed = [line.action_id for line in coming_agenda(plan, ON).of("off-plan")]
    assert sorted(listed) == sorted(plan.actions.live().flagged(~Flag(0), ON).values_list("pk", flat=True))


def test_decisions_are_of_many_kinds(dutch: Plan) -> None:
    kinds = set(dutch.decisions.values_list("kind", flat=True))
    assert kinds == {
        "new_deadline", "smaller_result", "other_responsible", "help_promised", "stop", "agreement",
        "choice_changed", "indicator_changed",
    }  # fmt: skip


def test_a_steering_session_lies_behind_with_reviews_and_decisions(plan: Plan) -> None:
    (session,) = plan.sessions.closed().filter(kind="steering")
    record = session.minutes_record
    choices = [line for line in record["lines"] if line["key"].startswith("choice-")]
    assert len(choices) == plan.choices.live().count()
    assert all(line["facts"]["learned"] and line["facts"]["is_current"] for line in choices)
    decided = {decision["kind"] for line in record["lines"] for decision in line["decisions"]}
    assert decided == {"choice_changed", "indicator_changed", "agreement"}
    assert 60 <= session.minutes_used <= 90
    assert ChoiceReview.objects.filter(choice__plan=plan, at__gt=session.closed_at).count() == 1


# History


def test_everything_happened_before_today_and_by_somebody(dutch: Plan) -> None:
    """Only the preparation of a session opens by itself; people were there before anybody signed in."""
    midnight = dt.datetime.combine(ON, dt.time.min, ZONE)
    unsigned = Counter()
    for model in apps.get_models():
        if hasattr(model, "history_date"):
            assert not model.objects.filter(history_date__gte=midnight).exists(), model
            unsigned[model.__name__] += model.objects.filter(history_user=None).count()
    assert +unsigned == Counter({"HistoricalSession": 14, "HistoricalUser": User.objects.count()})


def test_nothing_happens_before_its_cause(dutch: Plan) -> None:
    for decision in Decision.objects.select_related("session"):
        assert decision.done_at is None or decision.done_at > decision.at
        assert decision.session is None or decision.session.started_at <= decision.at <= decision.session.closed_at
    for request in HelpRequest.objects.exclude(state="open"):
        assert request.answered_at > request.asked_at


def test_the_floor_goes_round_without_a_trace_in_the_history(plan: Plan) -> None:
    """A closed session was planned, opened, started (twice written, with its figures) and closed."""
    for session in plan.sessions.closed():
        assert session.history.count() == 5
        assert session.lines.filter(seconds__gt=0).exists() or not session.lines.filter(minutes__gt=0).exists()


def test_somebody_is_on_holiday_and_a_colleague_answers_for_them(plan: Plan) -> None:
    absence = plan.stand_ins.on(ON).get()
    assert absence.deputy == person("member")
    letter = letter_for(person("member"), at=AT, on=ON)
    cover = next(cover for cover in letter.covers if cover.stand_in == absence)
    assert cover.owed, "there is something to answer for them"
