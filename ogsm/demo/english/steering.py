"""What the steering session of the English demo plan heard and decided."""

from __future__ import annotations

from ogsm.demo.tables import NewSource, NewWords, Pact, Steering

STEERING = Steering(
    minutes_used=81,
    reviews={
        "Visitors": (
            "amber",
            "People come in the evening when something happens, not because we are open.",
            "Fewer evenings, each with a maker, a boat or a band.",
        ),
        "Schools": (
            "green",
            "The bus decides: schools with a bus come back, schools without one cancel.",
            "Nothing in the choice. We ask the ferry to carry classes for free.",
        ),
        "Collection": (
            "green",
            "Volunteers photograph faster than we can describe.",
            "Put objects online with a short description first.",
        ),
        "Income": (
            "amber",
            "Friends stay for the people they meet; a discount alone keeps nobody.",
            "One evening a season for friends only.",
        ),
    },
    decided=(
        NewWords(
            "Visitors",
            "open evenings with something to do and a new exhibition every season",
            "An open door alone brings nobody in.",
        ),
        Pact("Schools", "Asks the ferry company to carry classes for free", "grace", due=-60, kept=-64),
        NewSource(
            "Store hours within climate limits",
            "Hours in which all six stores were between 45 and 55% humidity",
            "The new store in the harbour counts from now on.",
        ),
    ),
    notes={"Collection": "Priya writes the rule for what a short description must say."},
    excused=("owen",),
    later=(
        (
            -9,
            "Visitors",
            (
                "amber",
                "Two Fridays without a ferry show how much we lean on it.",
                "Start at four o'clock when there is no late ferry.",
            ),
        ),
    ),
)
