"""Actions of the English demo plan for its public, with what their responsible people said about them."""

from __future__ import annotations

from ogsm.demo.tables import SAME, Act, Moved, Said

VISITORS = (
    Act(
        "fridays",
        "Visitors",
        "The museum is open every Friday until nine",
        "owen",
        start=-110,
        deadline=25,
        involved=("karin", "lotte"),
        said={
            3: Said("Rota made with eleven colleagues who want the evening shift.", "First two evenings as a trial."),
            4: Said(
                "Two evenings held, 140 and 90 visitors. The café closed too early.",
                "Agree hours with the café.",
                light="amber",
            ),
            5: Said("The café stays open until half past eight. Four evenings held.", "Every Friday from next month."),
            6: Said(
                "Open on three of the last four Fridays; the ferry strike cost us one.", "Fix the rota for the year."
            ),
        },
    ),
    Act(
        "seasons",
        "Visitors",
        "Season exhibitions are planned two years ahead, each with a partner",
        "karin",
        start=18,
        deadline=118,
        involved=("tom",),
    ),
    Act(
        "tickets",
        "Visitors",
        "Every visitor can buy a timed ticket online in three steps",
        "priya",
        start=-104,
        deadline=-20,
        involved=("owen", "samira"),
        description="Choose a time, pay, receive the ticket: on a phone, in four languages, without an account.",
        said={
            3: Said("Three suppliers compared, one chosen. Contract signed.", "Set up tickets and prices."),
            4: Said("Ordinary tickets work in the test shop.", "Passes and school groups."),
            5: Said(
                "Passes do not work yet: the supplier's fourth version is late.",
                "Decide whether to go live without passes.",
                light="amber",
                ends=-6,
            ),
            6: Said(
                "Still no passes. One in three of our visitors has one, so going live without them means queues.",
                "Talk to the supplier's director this week.",
                light="red",
                ends=20,
                need="May I spend 4,000 to have the passes built by somebody else?",
                of="helen",
            ),
        },
    ),
    Act(
        "welcome",
        "Visitors",
        "The entrance hall greets visitors in plain words and four languages",
        "samira",
        start=-66,
        deadline=-4,
        involved=("owen",),
        said={
            4: Said("Texts rewritten: from 900 words to 240. Two visitors' panels read them.", "Translate."),
            5: Said("Three of the four translations are in; signs are at the printer's.", "Hang them on a Monday."),
        },
    ),
    Act(
        "neighbours",
        "Visitors",
        "Everybody within two miles has been offered a neighbour's pass",
        "owen",
        start=15,
        deadline=100,
        involved=("karin",),
    ),
    Act(
        "counts",
        "Visitors",
        "Visitor counts are known per hour and per entrance",
        "owen",
        start=-150,
        deadline=-112,
        said={
            1: Said("Counters hang above both doors.", "Compare with the tickets for two weeks."),
            2: Said("Counts are within 2% of the tickets, per hour and per door.", status="done"),
        },
    ),
    Act(
        "ferry",
        "Visitors",
        "Opening hours follow the ferry timetable",
        "karin",
        start=-125,
        deadline=-50,
        involved=("owen",),
        said={
            2: Said("Ferry company gave us next year's timetable.", "Cost of opening half an hour later and longer."),
            3: Said("Costs nothing if two shifts swap. Works council asked.", "Answer from the works council."),
            4: Said("New hours are on the door, the website and the ferry.", status="done"),
        },
    ),
)

SCHOOLS = (
    Act(
        "agreements",
        "Schools",
        "Sixty schools have signed a yearly agreement",
        "grace",
        start=-130,
        deadline=60,
        involved=("lotte",),
        said={
            2: Said("Agreement of one page made with four heads. 14 schools signed.", "Visit the twelve largest."),
            3: Said("21 signed. Heads ask what the bus will cost them.", "Answer on the bus first, then the others."),
            4: Said(
                "24 signed. Without the bus the far villages wait.",
                "Sign with the schools in walking distance first.",
                light="amber",
            ),
            5: Said("28 signed, all within three miles.", "Tell the others when the bus runs.", light="amber"),
            6: Said(
                "30 signed. Eleven heads say yes as soon as there is a date for the bus.",
                "Send them the timetable of the bus.",
                light="amber",
            ),
        },
    ),
    Act(
        "bus",
        "Schools",
        "A museum bus brings two classes a day",
        "owen",
        start=-85,
        deadline=-12,
        involved=("grace", "samira"),
        moved=(Moved(on=-12, to=33, reason="The bus company wants a contract for two years before it starts."),),
        said={
            4: Said("Two bus companies made an offer; the cheapest drives four days a week.", "Choose and sign."),
            5: Said(
                "Chosen. The driver's permit for children takes six weeks.",
                "Trial run with one school as soon as the permit is in.",
                light="amber",
                ends=12,
            ),
            6: Said(
                "Permit is in. The company now wants two years instead of one.",
                "Give them an answer before the trial run.",
                light="amber",
                need="Could you read the contract and say what we must not sign?",
                of="samira",
            ),
        },
    ),
    Act(
        "lessons",
        "Schools",
        "Every lesson is tied to a curriculum goal and checked by two teachers",
        "grace",
        start=-100,
        deadline=18,
        involved=("lotte",),
        said={
            3: Said("List of 22 lessons with their goals. Nine have none.", "Drop four, rewrite five."),
            4: Said("Four dropped, two rewritten. Six teachers will check.", "The other three, then the checking."),
            5: SAME,
            6: Said("15 of 18 lessons checked by two teachers each.", "The last three are booked for next week."),
        },
    ),
    Act(
        "booking",
        "Schools",
        "Teachers book a lesson online without phoning",
        "priya",
        start=-9,
        deadline=80,
        involved=("grace",),
        said={
            6: Said(
                "Not begun: the ticket shop takes all my days.",
                "Start as soon as passes work there; it is the same system.",
                light="",
                status="todo",
            ),
        },
    ),
    Act(
        "volunteers",
        "Schools",
        "Ten volunteers are trained to teach in the galleries",
        "grace",
        start=12,
        deadline=90,
        involved=("lotte",),
        made=-40,
    ),
    Act(
        "tryouts",
        "Schools",
        "Six lessons for ages 8 to 12 have been tried out in class",
        "grace",
        start=-148,
        deadline=-86,
        begun=-146,
        said={
            2: Said(
                "Four tried out. The lesson on tides is too hard for the youngest.",
                "Rewrite tides, try the last two.",
                light="amber",
            ),
            3: Said("All six tried out, tides in two versions.", status="done"),
        },
    ),
    Act(
        "contact",
        "Schools",
        "Every school in the region has one named contact here",
        "grace",
        start=-60,
        deadline=2,
        said={
            5: Said("148 schools divided over five colleagues.", "Write to each school who theirs is."),
            6: Said("All 148 schools know their contact; 31 have written back.", status="done"),
        },
    ),
)
