"""What the five closed sessions of the English demo plan decided and agreed."""

from __future__ import annotations

from ogsm.demo.tables import Agreed, Meeting, NewDate, Stopped

MEETINGS = {
    1: Meeting(minutes_used=28, excused=("tom",)),
    2: Meeting(
        minutes_used=38,
        decided=(
            Stopped("magazine", "Paper and post cost more than they bring in; a monthly letter by mail will do."),
            Agreed(
                "tryouts",
                "Ask two teachers of the youngest to rewrite the lesson on tides",
                "grace",
                due=-100,
                kept=-102,
            ),
        ),
        notes={
            "rescue": "Owen starts when the fire brigade has a day for us.",
            "imagebank": "Rights are checked; the licence text takes longer than planned.",
            "compare": "Helen has asked four museums and waits for their figures.",
            "magazine": "The friends' board agrees, as long as the letter shows new objects every month.",
        },
        excused=("lotte",),
    ),
    3: Meeting(
        minutes_used=17,
        notes={
            "locations": "Tom does the ship plans first; no harm done.",
            "compare": "The fifth museum may also be left out.",
        },
        absent=("priya",),
    ),
    4: Meeting(
        minutes_used=44,
        decided=(
            Agreed("fridays", "Ask the café to stay open until half past eight", "karin", due=-46, kept=-48),
            Agreed("climate", "Find out what sealing the doors costs", "owen", due=-45, kept=-45),
            Agreed("agreements", "Tell the far villages honestly that the bus comes later", "grace", due=-42, kept=-43),
        ),
        notes={
            "companies": "Grace will have the figures; Marijke calls the harbour board herself.",
            "locations": "Two volunteers from the ship plans move over for a month.",
            "climate": "Nothing new goes into store 3 until the figures are right.",
        },
        excused=("helen",),
        correction=(3, "tom", "Humidity swung by 12 points, not by 12 per cent."),
    ),
    5: Meeting(
        minutes_used=43,
        decided=(
            NewDate("tickets", to=-6, reason="The supplier delivers the passes a month later."),
            NewDate("bus", to=12, reason="The driver's permit takes six weeks."),
            Agreed("climate", "Ask the town archive for the price of a large dryer", "owen", due=-6),
            Agreed("agreements", "Send the twelve largest schools the story of one class", "karin", due=2),
            Agreed("tickets", "Put the supplier's promises in writing", "priya", due=-14, kept=-16),
        ),
        notes={
            "tickets": "Going live without passes is a last resort; the queue at the till would be longer than now.",
            "plans": "No update, and yet on course: Tom reported 7,300 at the door.",
            "bus": "One year is our limit; two only with a way out.",
        },
        parked=("plans",),
        excused=("lotte",),
    ),
}

REWORDINGS = (
    (
        -49,
        "Income",
        {"how": "loyal friends, evening hire and a shop with a range of our own"},
        "Read aloud in the session: this is what we say.",
    ),
)
