"""Actions of the English demo plan for its house, with what their responsible people said about them."""

from __future__ import annotations

from ogsm.demo.tables import TEAM, Act, Answer, Said

COLLECTION = (
    Act(
        "plans",
        "Collection",
        "The 12,000 ship plans are photographed and online",
        "tom",
        start=-150,
        deadline=70,
        involved=("priya", "lotte"),
        said={
            1: Said("Camera and lights set up in the old drawing room.", "Sixty plans a day."),
            2: Said("2,100 photographed. The largest do not fit on the table.", "Borrow the town archive's table."),
            3: Said("4,000 photographed, 2,600 online.", "Volunteers describe, we check one in ten."),
            4: Said("5,900 photographed, 5,100 online.", "Carry on; the pace is right."),
            6: Said(
                "8,700 photographed, 8,200 online. Two model builders already found what they looked for in vain.",
                "The plans of the dockyard, the largest ones.",
                by="lotte",
            ),
        },
    ),
    Act(
        "climate",
        "Collection",
        "Store 3 holds a steady climate",
        "tom",
        start=-128,
        deadline=10,
        involved=("owen",),
        said={
            2: Said("Loggers hang in all corners. It is the north wall.", "Ask the builder for a report."),
            3: Said("Report: rain comes in above the gutter.", "Three offers for the repair."),
            4: Said(
                "Repair done, but humidity still swings by 12 points.",
                "Second measurement with the doors sealed.",
                light="amber",
                ends=10,
            ),
            5: Said(
                "Doors sealed: better, not good. The dryer is too small.",
                "Hire a large dryer for a month.",
                light="red",
                remarks=(("priya", "The town archive hired one last winter. Ask for Anne: she knows what it costs."),),
            ),
            6: Said(
                "The hired dryer works, and costs more each month than buying one.",
                "A choice is needed: buy, or empty the store.",
                light="red",
                need="Where can forty shelves of paper go for three months, dry and locked?",
                of=TEAM,
            ),
        },
    ),
    Act(
        "loans",
        "Collection",
        "A loan request is answered within five working days",
        "samira",
        start=-72,
        deadline=30,
        involved=("tom",),
        said={
            4: Said("Every request of a year timed: half of the days are waiting for each other.", "One form."),
            5: Said("One form, and Tom and I decide together on Tuesdays.", "Measure for two months."),
            6: Said(
                "Average is down to under eight days, the last six requests took four.", "Write it down for others."
            ),
        },
    ),
    Act(
        "locations",
        "Collection",
        "Every object in store has a location in the register",
        "tom",
        start=-104,
        deadline=55,
        begun=-103,
        involved=("lotte",),
        said={
            5: Said(
                "Stores 1, 2 and 4 checked: 4% had no location. Store 3 waits until it is dry.",
                "Store 5, the large objects.",
            ),
        },
    ),
    Act(
        "partners",
        "Collection",
        "Two partner museums show our objects for a year",
        "karin",
        start=20,
        deadline=130,
        involved=("tom",),
    ),
    Act(
        "imagebank",
        "Collection",
        "The image bank is open to everyone, free of charge",
        "priya",
        start=-151,
        deadline=-84,
        said={
            1: Said("Rights checked for the first 10,000 images: 300 must stay closed.", "Licence text."),
            3: Said("Open since Monday, 1,900 downloads in the first week.", status="done"),
        },
    ),
    Act(
        "rescue",
        "Collection",
        "The plan for fire and flood has been practised",
        "owen",
        start=-120,
        deadline=-24,
        involved=("tom",),
        said={
            3: Said("Plan is ten years old; half of the phone numbers are wrong.", "Rewrite with the fire brigade."),
            4: Said("New plan of six pages, approved by the fire brigade.", "Practise on a Monday."),
            5: Said(
                "Practised with 14 colleagues: the first twenty objects were out in eleven minutes.", status="done"
            ),
        },
    ),
)

INCOME = (
    Act(
        "friends",
        "Income",
        "Friends can join, pay and change their details online",
        "priya",
        start=-70,
        deadline=15,
        involved=("helen", "karin"),
        said={
            4: Said("Form and payment work in the test shop.", "Let twenty friends try it."),
            5: Said("Twenty friends tried: joining is easy, changing an address is not.", "Make that one page."),
            6: Said(
                "Changing details works. The thank-you letter still goes by hand.",
                "Go live on the first of the month, if the letter is settled.",
                light="amber",
                need="Who on your team writes the welcome letter for new friends, and by when?",
                of="karin",
            ),
        },
    ),
    Act(
        "hire",
        "Income",
        "The great hall is hired out for twelve evenings",
        "helen",
        start=-105,
        deadline=24,
        involved=("owen",),
        said={
            3: Said("Price list and rules made. Two evenings booked.", "Show the hall to ten companies."),
            4: Said("Ten companies came to look, five bookings so far.", "Offer a fixed package with the café."),
            5: Said("Eight bookings. The package is chosen by nearly all.", "Four more."),
            6: Said("Eleven bookings, four evenings held, no complaints from the neighbours.", "One more to go."),
        },
    ),
    Act(
        "range",
        "Income",
        "The shop sells a range made from our own collection",
        "samira",
        start=-48,
        deadline=45,
        involved=("helen", "tom"),
        said={
            5: Said("Twelve objects chosen with Tom; three makers have sent samples.", "Choose six products."),
            6: Said("Six products ordered, the tea towel with the tide table first.", "Shelves and price cards."),
        },
    ),
    Act(
        "companies",
        "Income",
        "Three companies support education for three years",
        "marijke",
        start=-102,
        deadline=50,
        involved=("grace", "helen"),
        said={
            3: Said("Talked with seven companies; four want to hear more.", "A proposal of two pages."),
            4: Said(
                "The dockyard withdrew after its own cuts.",
                "Two new names from the harbour board.",
                light="amber",
                need="Numbers per school and per village, to show companies what their money does.",
                of="grace",
            ),
            5: Said("First company signed: 15,000 a year for three years.", "Second one decides this month."),
        },
        answers=(
            Answer(-50, "yes", "grace", "One page per village, with the children's own words.", promised=-40, kept=-41),
        ),
    ),
    Act(
        "budgets",
        "Income",
        "Each project has a budget holder who reports every month",
        "helen",
        start=-10,
        deadline=35,
        begun=-8,
        involved=("ruben",),
    ),
    Act(
        "oneday",
        "Income",
        "Tills, tickets and hire report one figure a day",
        "ruben",
        start=30,
        deadline=120,
        involved=("priya",),
    ),
    Act(
        "compare",
        "Income",
        "Our prices have been compared with five similar museums",
        "helen",
        start=-125,
        deadline=-52,
        begun=-122,
        said={
            4: Said("Compared: we are cheap for adults, dear for families. Report is with Marijke.", status="done"),
        },
    ),
    Act(
        "magazine",
        "Income",
        "A quarterly magazine for friends appears on paper",
        "karin",
        start=-135,
        deadline=40,
        said={
            2: Said(
                "Paper and post cost twice what friends pay more for.",
                "Decide whether a monthly letter by mail will do.",
                light="red",
            ),
        },
    ),
)
