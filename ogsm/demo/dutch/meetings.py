"""What the five closed sessions of the Dutch demo plan decided and agreed."""

from __future__ import annotations

from ogsm.demo.tables import Agreed, Meeting, NewDate, Other, Promised, Smaller, Stopped

MEETINGS = {
    1: Meeting(
        minutes_used=31,
        excused=("femke",),
    ),
    2: Meeting(
        minutes_used=44,
        decided=(
            Stopped("demobussen", "Twee keer zo duur als geraamd, en het trainingscentrum doet hetzelfde werk."),
            Agreed("top120", "De 49 kennismakingen verdelen en in de agenda zetten", "karin", due=-108, kept=-110),
            Agreed("nettoprijzen", "Uitzoeken wat elke vijf minuten verversen kost", "samira", due=-104, kept=-104),
        ),
        notes={
            "fabrikanten": "Joost mag opstellingen in plaats van geld aannemen, als wij zelf het merk kiezen.",
            "zoeken": "Samira vraagt de leveranciers zelf; inkoop helpt met de namen.",
            "aartikelen": "Femke was er niet aan toe gekomen; het omzetten gaat gewoon door.",
            "demobussen": "Het geld gaat niet naar iets anders; het blijft in het budget van Warmte.",
        },
        absent=("dennis",),
    ),
    3: Meeting(
        minutes_used=47,
        decided=(
            Promised(
                "zoeken", "femke", "Ik neem de actie over en reserveer twee middagen per week.", due=-76, kept=-78
            ),
            Other("zoeken", "femke", "Femke kent de artikelen en heeft twee middagen per week."),
            Agreed(
                "avondlijn", "De eigen mensen vragen wie een chauffeur kent, met een bonus", "tjeerd", due=-76, kept=-79
            ),
        ),
        notes={
            "fabrikanten": "De derde fabrikant mag ook in natura meedoen.",
            "begeleider": "Begint volgende week; Anneke zoekt eerst begeleiders bij de ploegleiders.",
            "picfouten": "Telling loopt, Tjeerd meldt de cijfers na de sessie.",
            "training": "Trainen op losse toestellen mag, zolang het certificaat hetzelfde vraagt.",
        },
        excused=("anneke",),
    ),
    4: Meeting(
        minutes_used=45,
        decided=(
            NewDate("avondlijn", to=39, reason="Twee chauffeurs zijn in opleiding."),
            NewDate("calculatie", to=-3, reason="Het derde pakket levert later."),
            Agreed("onder65", "Voorstel maken waar de grens voor een groeiafspraak ligt", "karin", due=-42, kept=-44),
            Agreed(
                "loopbaan", "Karin en Dennis bij elkaar zetten over de stap naar verkoop", "ruben", due=-40, kept=-36
            ),
        ),
        notes={
            "accountplan": "Dennis was op een beurs; de helft van de plannen is af.",
            "avondlijn": "Liever drie dagen goed dan vijf dagen met gaten.",
        },
        excused=("lotte",),
        correction=(2, "karin", "De grens van € 80.000 geldt voor de omzet van twaalf maanden, niet voor dit jaar."),
    ),
    5: Meeting(
        minutes_used=42,
        decided=(
            Smaller(
                "onder65",
                "Elke installateur onder € 65.000 heeft een groeiafspraak of gaat naar de binnendienst",
                "Eerst de zestig installateurs tussen € 40.000 en € 65.000.",
            ),
            Promised("onder65", "marijke", "Ik praat mee met de drie grootste.", due=-15, kept=-16),
            Agreed("nps", "Zes installateurs bellen die niet op de NPS-vraag reageerden", "karin", due=-10),
            Agreed("calculatie", "Femke de lijst met bijnamen van klanten sturen", "samira", due=2),
            Agreed("avondlijn", "Voorstel bezetting avondlijn klaar voor de bijstuursessie", "tjeerd", due=13),
        ),
        notes={
            "calculatie": "Marijke vraagt of de webbouwer iemand kan missen en antwoordt vóór de volgende sessie.",
            "begeleider": "Tjeerd vraagt het in de dagstart van het magazijn.",
            "opleidingsplan": "Loopt goed, zegt Ruben; Anneke geeft haar update deze week.",
            "loopbaan": "Geen besluit: Anneke was afwezig. Komt terug in de volgende sessie.",
        },
        parked=("loopbaan",),
        excused=("anneke", "dennis"),
    ),
}

REWORDINGS = ((-120, "Digitaal", {"stops": "de papieren catalogus en bestellen per fax"}, "De fax gaat ook weg."),)
