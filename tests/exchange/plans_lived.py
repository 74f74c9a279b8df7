"""A plan that has been lived with: a bit of everything, made by the verbs, each at its own moment."""

import datetime as dt
from decimal import Decimal

from actions.models import Action
from plans.models import Choice, Plan
from tests import factories
from updates.models import ChoiceReview, GoalReview, HelpRequest, Remark, Session, Update
from updates.services import (
    action_stop,
    agreement_make,
    deadline_decide,
    finished_confirm,
    help_promise,
    responsible_decide,
)
from updates.steering_services import goal_judge, owner_change, target_change

DAY = dt.timedelta(days=1)


def live_with(plan: Plan, *, at: dt.datetime) -> Plan:
    """Five weeks with an update and a plan session held, and one to come."""
    people = {one.user.name.split()[0]: one.user for one in plan.memberships.select_related("user")}
    owner, runs, aim, does = (people[name] for name in ("Karin", "Peter", "Samira", "Joost"))
    then = at - 35 * DAY
    goal = factories.GoalFactory(plan=plan, name="Omzet online", target=Decimal("1250.5"))
    choice = Choice.create(
        plan, by=owner, at=then, short_name="Webshop", goal="Meer bestellen", how="sneller", owner=aim
    )
    other = Choice.create(plan, by=owner, at=then, short_name="Dienst", goal="Vaker terug", kind="enabling")
    indicator = factories.IndicatorFactory(choice=choice, name="Bestellingen", entered_by=does)
    for month, value in ((3, "110.25"), (4, "90"), (5, "80")):
        indicator.enter(dt.date(2026, month, 1), Decimal(value), by=does, at=then, note="uit de kassa")
    make = {"plan": plan, "by": aim, "at": then}
    late = Action.create(
        choice=choice, result="Levertijd per artikel staat in de webshop", responsible=does, involved=[aim, runs],
        serves=[indicator], deadline=at.date() - 6 * DAY, starts_on=then.date(), description="**Vet** & <b>", **make,
    )  # fmt: skip
    done = Action.create(choice=choice, result="Retour is gratis", responsible=does, deadline=at.date() + DAY, **make)
    stopped = Action.create(choice=other, result="Folder is weg", responsible=aim, deadline=at.date() + DAY, **make)
    Action.create(choice=other, result="Ligt in het archief", responsible=aim, deadline=at.date(), **make).archive(
        by=aim, at=then
    )
    first = factories.StepFactory(action=late, text="Bellen")
    factories.StepFactory(action=late, text="Meten")
    first.tick(True, by=does, at=then + DAY)
    for days in (10, 12):
        late.shift_deadline(late.deadline + 3 * DAY, reason="Leverancier ziek", by=does, at=then + days * DAY)
    given = Update.give(
        late, by=does, at=then + 13 * DAY, status="doing", light="red", done="Gebeld", next="Weer bellen",
        need="Wie belt mee?", need_of=runs, expected_end=at.date() + 20 * DAY,
    )  # fmt: skip
    Remark.leave(given, "Ik kan wel", by=aim, at=then + 14 * DAY)
    Update.give(done, by=does, at=then + 13 * DAY, status="done", light="green", done="Klaar")
    _update_session(plan, late, stopped, aim=aim, does=does, runs=runs, at=then + 15 * DAY)
    ChoiceReview.give(choice, by=aim, at=then + 16 * DAY, light="amber", learned="Het kost tijd", changes="Niets")
    _plan_session(plan, goal, indicator, aim=aim, runs=runs, owner=owner, at=then + 20 * DAY)
    _since(plan, late, does=does, runs=runs, owner=owner, at=then + 25 * DAY)
    factories.StandInFactory(plan=plan, person=does, deputy=aim)
    plan.refresh_from_db()
    return plan


def _update_session(plan, late, stopped, *, aim, does, runs, at):
    session = Session(plan=plan, starts_at=at, facilitator=runs, place="Zaal 2")
    session.record(by=runs, at=at - 10 * DAY)
    factories.AgendaPointFactory(plan=plan, person=runs, text="Vakantierooster", added_at=at - DAY)
    Update.give(stopped, by=aim, at=at - DAY, status="doing", light="amber", next="Niets")
    session.open(by=runs, at=at - 7 * DAY)
    session.start(by=runs, at=at)
    lines = {line.action_id: line for line in session.lines.filter(kind="action")}
    minute = dt.timedelta(minutes=1)
    deadline_decide(lines[late.pk], to_date=late.deadline + 30 * DAY, reason="Haalbaar", by=runs, at=at + minute)
    responsible_decide(lines[late.pk], responsible=aim, reason="Meer tijd", by=runs, at=at + 2 * minute)
    asked = HelpRequest.objects.get(action=late)
    help_promise(lines[late.pk], asked, who=runs, due_on=at.date() + 9 * DAY, by=runs, at=at + 3 * minute)
    agreement_make(
        lines[late.pk], text="Belt dagelijks", who=does, due_on=at.date() + 2 * DAY, by=runs, at=at + 4 * minute
    )
    action_stop(lines[stopped.pk], reason="Niemand leest het", by=runs, at=at + 5 * minute)
    session.agree(text="Taart", who=aim, due_on=at.date() + 3 * DAY, by=runs, at=at + 6 * minute)
    session.refresh_from_db()
    finished_confirm(session, by=runs, at=at + 6 * minute)
    session.write_note("Kort en goed", by=runs, at=at + 7 * minute)
    session.close(by=runs, at=at + 40 * minute, attendance={does.pk: "excused"})
    session.correct("Het was zaal 3", by=runs, at=at + DAY)


def _plan_session(plan, goal, indicator, *, aim, runs, owner, at):
    session = Session(plan=plan, kind="plan", starts_at=at, minutes=180, facilitator=owner)
    session.record(by=owner, at=at - 10 * DAY)
    GoalReview.give(session, goal, judgement="partly", actual=Decimal("900"), text="Bijna", by=owner, at=at - DAY)
    session.start(by=owner, at=at)
    line = {(one.kind, one.item_id): one for one in session.lines.all()}
    minute = dt.timedelta(minutes=1)
    goal_judge(line["goal", goal.pk], judgement="partly", actual=Decimal("900"), by=owner, at=at + minute)
    choice_line = line["choice", indicator.choice_id]
    owner_change(choice_line, owner=runs, reason="Samira is weg", by=owner, at=at + 2 * minute)
    if target_line := line.get(("indicator", indicator.pk)):
        target_change(
            target_line, target=Decimal("180"), due_on=indicator.target_on, reason="Lager", by=owner, at=at + 3 * minute
        )
    session.close(by=owner, at=at + 90 * minute)


def _since(plan, late, *, does, runs, owner, at):
    Update.give(late, by=runs, at=at, status="doing", light="green", done="Gebeld", next="Bouwen", need="Geld?")
    late.shift_deadline(late.deadline + 2 * DAY, reason="Nog steeds ziek", by=does, at=at + DAY)
    coming = Session(plan=plan, starts_at=at + 20 * DAY, facilitator=runs)
    coming.record(by=runs, at=at)
    coming.open(by=runs, at=at + DAY)
    point = factories.AgendaPointFactory(plan=plan, person=owner, text="Kerst", added_at=at)
    coming.place_line(f"point-{point.pk}", above=None, below=f"action-{late.pk}", by=runs, at=at + DAY)
    coming.give_minutes(f"action-{late.pk}", 12, by=runs, at=at + DAY)
    gone = factories.SessionFactory(plan=plan, starts_at=at + 60 * DAY)
    gone.cancel(by=runs, at=at + DAY)
