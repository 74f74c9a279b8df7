"""What is measured, and the table that says how it came out."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle

from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ogsm.accounts.models import User
from ogsm.garbage import collect_less
from ogsm.staticfiles import collect_if_changed
from plans.models import Plan
from updates.live_agenda import make_lines
from updates.running import pulse_of

from . import load, plans, workbook
from .measure import Case, Figures, again, get, measure


def report(*, rounds: int, clients: int, seconds: float) -> int:
    """Prints all of it; 1 when a budget was missed."""
    for command in ("migrate", "createcachetable"):
        call_command(command, verbosity=0)
    collect_if_changed()
    owner = plans.people()["marijke"]
    boards = {number: plans.board_plan(number) for number in (125, 1250, 5000)}
    plans.settle()
    asked = list(cases(owner, boards))
    collect_less()  # as the server does
    found = [measure(case, rounds) for case in asked]
    machine = f"{connection.vendor}, Python {platform.python_version()}, {os.cpu_count()} cores"
    say(f"{machine}\n\n{table(found)}\n")
    kept = [figures.holds for figures in found]
    weighed = workbook.measured(boards[5000].pk, owner.pk)
    say(f"{workbook.table(weighed)}\n")
    kept += [weight.holds for weight in weighed]
    if clients:
        for line, holds in under_load(boards[1250], owner, clients, seconds):
            say(f"- {line}")
            kept.append(holds)
    return 0 if all(kept) else 1


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def cases(owner: User, boards: dict[int, Plan]) -> Iterator[Case]:
    """The first one is what ratios are to."""
    stranger, client = Client(), Client()
    stranger.force_login(User.objects.get(email="stranger@demo.example"))
    client.force_login(owner)
    yield Case("empty signed-in page", get(stranger, reverse("plans:plan_list")))
    sheet = reverse("plans:plan_page", args=[plans.sheet_plan().pk])
    yield Case("one-page plan, 7 x 8 x 12", get(client, sheet), budget=40, queries=15)
    for number, plan, budget in [(100, boards[125], 15), (1000, boards[1250], 60), (4000, boards[5000], 0)]:
        board = reverse("actions:action_board", args=[plan.pk])
        yield Case(f"board with {number:,} open actions", get(client, board), budget=budget)
    board = reverse("actions:action_board", args=[boards[1250].pk])
    yield Case("the board of 1,000 again, unchanged", again(client, board), budget=5)
    yield Case("what others changed on it: nothing", poll(client, board), budget=3, queries=4)
    for number, plan in [(100, boards[125]), (4000, boards[5000])]:
        yield Case(f"one move among {number:,} open actions", mover(client, plan), budget=10)
    yield Case("action plan of 1,250 actions", get(client, reverse("actions:action_list", args=[boards[1250].pk])))
    timeline = reverse("actions:action_timeline", args=[boards[1250].pk])
    yield Case("timeline of 1,250 actions", get(client, timeline), budget=100)
    session = plans.agenda_session(300)
    agenda = reverse("updates:session_page", args=[session.plan_id, session.pk])
    today = timezone.localdate()
    yield Case("agenda of 300 actions built", lambda: make_lines(session, today), budget=50, queries=15)
    yield Case("agenda of 300 actions as a page", get(client, agenda))
    meeting = plans.running_session(300)
    live = reverse("updates:session_live", args=[meeting.plan_id, meeting.pk])
    screen = reverse("updates:session_run", args=[meeting.plan_id, meeting.pk])
    yield Case("the meeting of it on the screen", get(client, screen))
    seen = f"{live}?seen={pulse_of(meeting.plan, meeting.pk)}"
    yield Case("what has changed in it: nothing", get(client, seen), budget=3, queries=4)


def poll(client: Client, board: str) -> Callable[[], HttpResponse]:
    """Asks what changed on a board since its page was made."""
    ask = get(client, board)
    live: list[str] = []

    def changes() -> HttpResponse:
        if not live:
            [since] = re.findall(r'data-since="([^"]+)"', ask().content.decode())
            live.append(f"{board}live/?since={since}")
        return client.get(live[0])  # type: ignore[return-value]

    return changes


def mover(client: Client, plan: Plan) -> Callable[[], HttpResponse]:
    """Sends one card back and forth between two columns."""
    card = plan.actions.filter(status="todo")[0]
    address = reverse("actions:action_move", args=[plan.pk, card.pk])
    columns = cycle(("doing", "todo"))

    def move() -> HttpResponse:
        data = {"status": next(columns), "version": card.version}
        response = client.post(address, data, headers={"HX-Request": "true"})
        card.version += 1
        return response  # type: ignore[return-value]

    return move


def table(found: list[Figures]) -> str:
    """In Markdown, so that it can be put into the documentation as it is."""
    lines = ["| What | Median | p95 | Ratio | Queries | Size | gzip | Budget |", "|---|--:|--:|--:|--:|--:|--:|--:|"]
    for figures in found:
        case = figures.case
        columns = [
            case.name,
            f"{figures.median:.1f} ms",
            f"{figures.p95:.1f} ms",
            f"{figures.median / found[0].median:.1f}",
            f"{figures.queries}",
            f"{figures.size / 1000:.1f} KB",
            f"{figures.compressed / 1000:.1f} KB",
            case.allowed + ("" if figures.holds else " **missed**"),
        ]
        lines.append(f"| {' | '.join(columns)} |")
    return "\n".join(lines)


@dataclass(frozen=True)
class Load:
    """What many clients do at once; `budget` is how many answers a second it has to give (0: none)."""

    name: str
    act: Callable[[int, load.Client], None]
    budget: int = 0


def loads(plan: Plan, cards: list[load.Card]) -> Iterator[Load]:
    """Reading the board, moving cards, each client its own, and three times reading to one move."""
    board = reverse("actions:action_board", args=[plan.pk])
    turns = [cycle((False, False, False, True)) for _ in cards]

    def read(place: int, client: load.Client) -> None:
        client.read(board)

    def move(place: int, client: load.Client) -> None:
        cards[place].move(client)

    def both(place: int, client: load.Client) -> None:
        (move if next(turns[place]) else read)(place, client)

    yield Load("reading the board of 1,000", read, budget=200)
    yield Load("moving cards", move, budget=250)
    yield Load("three reading to one moving", both)


def under_load(plan: Plan, owner: User, number: int, seconds: float) -> Iterator[tuple[str, bool]]:
    """For each load a sentence, and whether it keeps within its budget: pace, no failure, and the slowest client at
    half the mean or more."""
    signed_in = Client()
    signed_in.force_login(owner)
    session = signed_in.cookies["sessionid"].value
    cards = [
        load.Card(reverse("actions:action_move", args=[plan.pk, card.pk]), card.version)
        for card in plan.actions.filter(status="todo")[:number]
    ]
    with load.server() as port:
        for kind in loads(plan, cards):
            clients = [load.Client(port, session) for _ in cards]
            took = load.run(clients, kind.act, seconds)
            done = [len(client.times) for client in clients]
            failed = sum(client.failures for client in clients)
            slowest, pace = min(done) * len(done) / sum(done), sum(done) / took
            holds = not failed and (not kind.budget or (pace >= kind.budget and slowest >= 0.5))
            said = f"{number} clients {kind.name}: {pace:.0f} a second, {failed} failed,"
            wanted = f" (budget {kind.budget} a second)" if kind.budget else ""
            yield f"{said} slowest {slowest:.0%} of the mean{wanted}{'' if holds else ' **missed**'}", holds
