"""What the steering session of the Dutch demo plan heard and decided."""

from __future__ import annotations

from ogsm.demo.tables import NewSource, NewWords, Pact, Steering

STEERING = Steering(
    minutes_used=78,
    reviews={
        "Installateurs": (
            "green",
            "Een gesprek met een plan op tafel levert twee keer zo vaak een vervolg op als een bezoek zonder.",
            "Niets aan de keuze; wel eerst de middelgrote klanten, daar zit de groei.",
        ),
        "Levering": (
            "amber",
            "De avondlijn werkt zodra er chauffeurs zijn. Pickfouten dalen door tellen en bespreken, niet door regels.",
            "Chauffeurs zelf opleiden in plaats van werven.",
        ),
        "Digitaal": (
            "green",
            "Wie één keer zelf zijn nettoprijs zag, blijft online bestellen.",
            "De koppeling met calculatiepakketten een voor een, niet alle drie tegelijk.",
        ),
        "Warmte": (
            "amber",
            "Installateurs komen voor de training en kopen daarna pas. Dat duurt een kwartaal langer dan gedacht.",
            "Eén fabrikant minder, en daar beter in zijn.",
        ),
        "Mensen": (
            "green",
            "Vaste stappen geven rust: niemand vroeg dit kwartaal om een gesprek over salaris alleen.",
            "Op elke ploeg een begeleider, anders blijft de opleiding papier.",
        ),
    },
    decided=(
        NewWords(
            "Mensen",
            "een vakopleiding in eigen huis, vaste loopbaanstappen en op elke ploeg een begeleider",
            "Zonder begeleider op de ploeg blijft de opleiding papier.",
        ),
        Pact("Levering", "Rekent voor wat zelf opleiden kost tegenover werven", "tjeerd", due=-62, kept=-66),
        NewSource(
            "Klanten met calculatiekoppeling",
            "Installateurs die in de maand minstens drie keer rechtstreeks uit hun calculatiepakket bestelden",
            "Eén proefbestelling is nog geen koppeling die leeft.",
        ),
    ),
    notes={
        "Installateurs": "Karin deelt haar gespreksopzet met de binnendienst.",
        "Warmte": "De derde fabrikant valt af als er voor de zomer geen opstelling staat.",
    },
    excused=("dennis",),
    later=(
        (
            -9,
            "Installateurs",
            (
                "amber",
                "Twee installateurs kopen via hun inkoopvereniging; de kleinste klanten haken af op prijs.",
                "Een ondergrens afspreken voor wie een accountmanager krijgt.",
            ),
        ),
    ),
)
