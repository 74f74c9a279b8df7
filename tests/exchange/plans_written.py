"""Files of plans that nobody made by hand: every field filled, in the form and the order in which we write them."""

import datetime as dt
from random import Random

WORDS = ["Groei", "één", "\U0001f600 blij", "مرحبا", "<b>&amp;", 'a "quote"', "regel\nregel", "50 %", "naïef", "%s{}"]
START = dt.date(2026, 1, 1)
UNITS = ["number", "percent", "eur", "score", "count"]
LIGHTS = ["green", "amber", "red"]


class Writer:
    """Writes one file; `random` decides what is in it."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.shifts = self.updates = self.lines = 0

    # ---- values ----
    def pick(self, values):
        return self.random.choice(values)

    def maybe(self, value):
        return value() if self.random.random() < 0.5 else None

    def text(self, least=1, most=3):
        return " ".join(self.pick(WORDS) for _each in range(self.random.randint(least, most)))

    def day(self):
        return (START + dt.timedelta(days=self.random.randint(0, 700))).isoformat()

    def moment(self):
        micro = self.pick([0, 0, 120_000, 123_456])
        at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(
            seconds=self.random.randint(0, 10**7), microseconds=micro
        )
        return at.replace(tzinfo=None).isoformat() + "Z"

    def amount(self):
        return self.pick(["0", "1", "-3.5", "0.0001", "99999999999.9999", "1250.5", "-0.25"])

    def person(self):
        return self.pick(self.people)["id"]

    def many(self, make, most=3):
        return [make(number) for number in range(1, self.random.randint(0, most) + 1)]

    # ---- the file ----
    def write(self):
        names = sorted({f"{self.pick('abcdefgh')}{n}@example.org" for n in range(self.random.randint(1, 5))})
        self.people = [{"id": n, "email": name, "name": self.text()} for n, name in enumerate(names, start=1)]
        roles = ["process_owner", "member", "viewer"]
        members = [{"person": one["id"], "role": self.pick(roles)} for one in self.people]
        members[0]["role"] = "owner"
        goals = self.many(self.goal)
        choices = self.many(self.choice)
        self.goals, self.choices = goals, choices
        indicators = sorted((self.indicator() for _each in range(4) if choices), key=lambda one: one["choice"])
        self.indicators = [{**one, "id": n} for n, one in enumerate(indicators, start=1)]
        self.actions = self.many(self.action, 5) if choices else []
        self.place_on_board()
        self.helps = self.many(self.help) if self.actions else []
        self.points = self.many(self.point)
        sessions = self.many(self.session, 4)
        return {
            "format": "ogsm-plan", "version": 1, "plan": self.plan(), "people": self.people, "members": members,
            "stand_ins": self.stand_ins(), "goals": goals, "choices": choices, "indicators": self.indicators,
            "actions": self.actions, "help_requests": self.helps, "points": self.points, "sessions": sessions,
            "decisions": self.many(lambda number: self.decision(number, sessions)),
        }  # fmt: skip

    def plan(self):
        days = sorted([self.day(), self.day()])
        return {
            "name": self.text(), "organisation": self.text(0), "state": self.pick(["draft", "active", "closed"]),
            "starts_on": days[0], "ends_on": days[1], "ambition": self.text(0), "origin": None,
            "made_at": self.moment(),
            "activated_at": self.maybe(self.moment), "closed_at": self.maybe(self.moment),
            "archived_at": self.maybe(self.moment),
        }  # fmt: skip

    def stand_ins(self):
        if len(self.people) < 2:
            return []
        days = sorted([self.day(), self.day()])
        return [
            {"person": 1, "deputy": 2, "first_on": days[0], "last_on": days[1], "withdrawn_at": self.maybe(self.moment)}
        ]

    def goal(self, number):
        return {
            "id": number, "name": self.text(), "unit": self.pick(UNITS), "baseline": self.maybe(self.amount),
            "target": self.maybe(self.amount), "due_on": self.day(), "judgement": self.pick(["", "partly"]),
            "actual": self.maybe(self.amount), "made_at": self.moment(), "archived_at": self.maybe(self.moment),
        }  # fmt: skip

    def choice(self, number):
        return {
            "id": number, "short_name": self.pick(WORDS), "goal": self.text(), "how": self.text(0),
            "kind": self.pick(["business", "enabling"]), "owner": self.maybe(self.person), "stops": self.text(0),
            "colour": self.random.randint(1, 8), "made_at": self.moment(), "archived_at": self.maybe(self.moment),
            "reviews": self.many(lambda _number: {
                "author": self.person(), "on_behalf_of": self.maybe(self.person), "light": self.pick(LIGHTS),
                "learned": self.text(0), "changes": self.text(0), "at": self.moment(),
            }),
        }  # fmt: skip

    def indicator(self):
        frequency, step = self.pick([("month", 1), ("quarter", 3), ("year", 12)])
        days = sorted([self.day(), self.day()])
        periods = [f"2026-{month:02d}-01" for month in range(1, 13, step)][: self.random.randint(0, 3)]
        archived = self.maybe(self.moment)
        return {
            "id": 0, "choice": self.pick(self.choices)["id"], "name": self.text(),
            "unit": self.pick(UNITS), "direction": self.pick(["higher", "lower", "at_least", "at_most"]),
            "kind": self.pick(["level", "running_total"]), "source": self.text(0),
            "baseline": self.maybe(self.amount), "baseline_on": self.pick([days[0], None]),
            "target": self.maybe(self.amount), "target_on": self.pick([days[1], None]), "frequency": frequency,
            "entered_by": self.maybe(self.person), "green_limit": self.pick(["1", None]),
            "amber_limit": self.pick(["1.5", None]), "made_at": self.moment(), "archived_at": archived,
            "archived_with_choice": archived is not None and self.random.random() < 0.5,
            "values": [
                {"period": period, "value": self.amount(), "note": self.text(0), "author": self.maybe(self.person),
                 "entered_at": self.moment()}
                for period in periods
            ],
        }  # fmt: skip

    def action(self, number):
        days, status = sorted([self.day(), self.day()]), self.pick(["todo", "doing", "done"])
        archived = self.maybe(self.moment)
        people = sorted({self.person() for _each in range(self.random.randint(0, 3))})
        serves = sorted({self.pick(self.indicators)["id"] for _each in range(self.random.randint(0, 3))})
        return {
            "id": number, "choice": self.pick(self.choices)["id"], "result": self.text(),
            "description": self.text(0, 9), "link": self.pick(["", "https://example.org/a?b=c"]),
            "responsible": self.person(), "involved": people, "serves": serves,
            "starts_on": self.pick([days[0], None]), "deadline": days[1],
            "original_deadline": self.maybe(self.day), "status": status, "place": 0,
            "completed_on": self.day() if status == "done" else None, "confirmed_at": self.maybe(self.moment),
            "light": self.pick(["", *LIGHTS]), "expected_end": self.maybe(self.day),
            "slip_discussed_at": self.maybe(self.moment), "made_at": self.moment(), "archived_at": archived,
            "archived_with_choice": archived is not None and self.random.random() < 0.5,
            "steps": self.many(lambda _number: {
                "text": self.text(), "done_at": self.maybe(self.moment), "done_by": self.maybe(self.person),
                "archived_at": self.maybe(self.moment),
            }),
            "shifts": self.many(self.shift), "updates": self.many(self.update),
        }  # fmt: skip

    def place_on_board(self):
        for status in ("todo", "doing", "done"):
            column = [one for one in self.actions if one["status"] == status]
            self.random.shuffle(column)
            for place, one in enumerate(column, start=1):
                one["place"] = place

    def shift(self, _number):
        self.shifts += 1
        return {
            "id": self.shifts, "from_date": "2026-01-01", "to_date": self.pick(["2025-12-31", "2026-03-01"]),
            "reason": self.text(), "by": self.maybe(self.person), "at": self.moment(),
            "undone_at": self.maybe(self.moment),
        }  # fmt: skip

    def update(self, _number):
        self.updates += 1
        return {
            "id": self.updates, "author": self.person(), "on_behalf_of": self.maybe(self.person), "done": self.text(0),
            "next": self.text(0), "need": self.text(0), "need_of": self.maybe(self.person),
            "status": self.pick(["todo", "doing", "done"]), "light": self.pick(["", *LIGHTS]),
            "expected_end": self.maybe(self.day), "at": self.moment(), "unchanged": self.random.random() < 0.5,
            "corrected_at": self.maybe(self.moment),
            "remarks": self.many(lambda _number: {
                "author": self.person(), "text": self.text(), "at": self.moment(),
                "corrected_at": self.maybe(self.moment),
            }),
        }  # fmt: skip

    def help(self, number):
        action = self.pick(self.actions)
        state = self.pick(["open", "yes", "partly", "no", "closed"])
        update = self.pick([one["id"] for one in action["updates"]] or [None])
        return {
            "id": number, "action": action["id"], "update": update, "text": self.text(), "asked_by": self.person(),
            "asked_of": self.maybe(self.person), "asked_at": self.moment(), "state": state, "answer": self.text(0),
            "promised_on": self.day() if state == "yes" else None, "answered_by": self.maybe(self.person),
            "answered_for": self.maybe(self.person), "answered_at": None if state == "open" else self.moment(),
        }  # fmt: skip

    def point(self, number):
        return {
            "id": number, "session_kind": self.pick(["update", "steering", "plan"]), "text": self.text(),
            "person": self.maybe(self.person), "hand_minutes": self.maybe(lambda: 7), "added_at": self.moment(),
            "decided_at": self.maybe(self.moment),
        }  # fmt: skip

    # ---- sessions ----
    def session(self, number):
        state = self.pick(["planned", "open", "cancelled", "closed", "running" if number == 1 else "closed"])
        begun, kind = state in ("running", "closed"), self.pick(["update", "steering", "plan"])
        lines = self.agenda() if begun else []
        ids = [one["id"] for one in lines]
        coming = state in ("planned", "open") and self.points
        key = f"point-{self.points[0]['id']}" if coming else ""
        wishes = {"moves": [{"line": key, "above": None, "below": None}], "minutes": [{"line": key, "minutes": 9}]}
        return {
            "id": number, "kind": kind, "state": state, "starts_at": self.moment(), "minutes": 45,
            "place": self.text(0),
            "facilitator": self.maybe(self.person), "opened_at": self.maybe(self.moment),
            "started_at": self.moment() if begun else None, "closed_at": self.moment() if state == "closed" else None,
            "cancelled_at": self.moment() if state == "cancelled" else None, "percent_current": self.maybe(lambda: 80),
            "off_plan_count": self.maybe(lambda: 3), "note": self.text(0), "lead": self.maybe(self.person),
            "floor": self.pick([None, *ids]) if state == "running" else None,
            "floor_at": self.moment() if state == "running" else None,
            "step": "opening" if state == "running" else "", "wishes": wishes if coming else None, "lines": lines,
            "attendance": [{"person": one["id"], "state": "excused"} for one in self.people] if begun else [],
            "goal_reviews": [
                {"goal": one["id"], "judgement": "reached", "actual": self.maybe(self.amount), "text": self.text(0),
                 "author": self.person(), "at": self.moment()}
                for one in self.goals
            ],
            "record": self.record(kind, lines) if state == "closed" else None,
            "notes": self.many(lambda _number: {"text": self.text(), "author": self.person(), "at": self.moment()}),
        }  # fmt: skip

    def agenda(self):
        about = [("action", one["id"]) for one in self.actions] + [("goal", one["id"]) for one in self.goals]
        about += [("help", one["id"]) for one in self.helps] + [("point", one["id"]) for one in self.points]
        about += [("choice", one["id"]) for one in self.choices] + [("action", -1), ("indicator", -1)]
        self.random.shuffle(about)
        return [self.line(kind, item) for kind, item in about[: self.random.randint(0, 6)]]

    def line(self, kind, item):
        self.lines += 1
        facts = {"deadline": self.day(), "light": "red", "status": "doing"} if kind == "action" else {}
        facts = {"choice": {}, **facts} if self.random.random() < 0.5 else facts
        return {
            "id": self.lines, "kind": kind, "item": item, "section": self.pick(["carried", "off-plan", "outside"]),
            "title": self.text(), "person": self.maybe(self.person),
            "action": item if kind == "action" and item > 0 else None,
            "flags": self.pick([[], ["late", "red"]]), "facts": facts, "minutes": 3, "times": 2,
            "outcome": self.pick(["", "discussed"]), "outcome_at": self.maybe(self.moment), "note": self.text(0),
            "seconds": 61,
        }  # fmt: skip

    def record(self, kind, lines):
        at = "2026-05-01T09:00:00+02:00"
        return {
            "attendance": [{"name": self.text(), "state": "present", "user": self.person()}],
            "changes": [],
            "closed_at": at,
            "facilitator": self.text(0),
            "figures": {"decisions": 0, "minutes": 45, "minutes_used": 30, "off_plan": 1, "percent_current": None},
            "kind": kind,
            "lines": [self.line_then(one) for one in lines],
            "next_session": self.pick([None, at]),
            "note": self.text(0),
            "place": "",
            "plan": self.text(),
            "planned_at": at,
            "started_at": at,
            "version": 2,
        }

    def line_then(self, line):
        decision = {
            "action": line["action"], "after": "2026-06-01", "before": "2026-05-01", "due_on": None,
            "kind": "new_deadline", "text": self.text(), "who": "", "who_id": None,
        }  # fmt: skip
        return {
            "action": line["action"],
            "decisions": self.many(lambda _number: decision),
            "facts": line["facts"],
            "flags": line["flags"],
            "key": f"{line['kind']}-{line['item']}",
            "minutes": line["minutes"],
            "note": line["note"],
            "outcome": line["outcome"],
            "person": self.text(),
            "person_id": self.person(),
            "section": line["section"],
            "times": line["times"],
            "title": line["title"],
        }

    def decision(self, number, sessions):
        session = self.pick([*sessions, None])
        lines = [one["id"] for one in session["lines"]] if session else []
        action = self.pick([*(one["id"] for one in self.actions), None])
        kind = self.pick(["agreement", "stop", "other_responsible" if action else "stop"])
        handed = {"light": ["red", ""], "responsible_id": [self.person(), self.person()]}
        return {
            "id": number, "session": session and session["id"], "line": self.pick([*lines, None]),
            "action": action, "kind": kind, "text": self.text(), "before": self.text(0), "after": self.text(0),
            "shift": self.pick([*range(1, self.shifts + 1), None]),
            "replaced": handed if kind == "other_responsible" else {}, "who": self.person(), "due_on": self.day(),
            "by": self.maybe(self.person), "at": self.moment(), "undone_at": self.maybe(self.moment),
            "done_at": self.maybe(self.moment),
        }  # fmt: skip
