"""Actions of the Dutch demo plan for its customers, with what their responsible people said about them."""

from __future__ import annotations

from ogsm.demo.tables import TEAM, Act, Moved, Said

INSTALLERS = (
    Act(
        "accountplan",
        "Installateurs",
        "Elke accountmanager heeft voor elke installateur een accountplan",
        "dennis",
        start=-112,
        deadline=-10,
        involved=("karin",),
        description=(
            "Eén bladzijde per installateur: wat hij bouwt, wat hij bij ons koopt en wat niet, wie er beslist en "
            "welke drie stappen wij dit jaar zetten. Klaar als alle 120 plannen in het CRM staan."
        ),
        said={
            3: Said(
                "Voorbeeldplan gemaakt met drie installateurs en besproken met de accountmanagers.",
                "Elke accountmanager maakt er vijf, dan leggen we ze naast elkaar.",
            ),
            5: Said(
                "83 van de 120 klaar. Regio Emmen loopt achter door ziekte, die plannen neem ik over.",
                "De laatste 37, te beginnen met de installateurs boven een ton omzet.",
            ),
            6: Said(
                "114 van de 120 klaar. De laatste zes wachten op een gesprek met de installateur zelf.",
                "Die zes gesprekken staan deze en volgende week in de agenda.",
            ),
        },
    ),
    Act(
        "nps",
        "Installateurs",
        "NPS wordt na elke tiende levering gemeten en teruggekoppeld",
        "karin",
        start=-64,
        deadline=22,
        involved=("lotte",),
        said={
            4: Said(
                "De vraag gaat sinds vorige week automatisch mee na elke tiende levering. Eerste 60 antwoorden binnen.",
                "Terugkoppeling aan de chauffeur en de accountmanager regelen.",
            ),
            5: Said(
                "210 antwoorden, maar een op de drie installateurs reageert niet. Zonder hen klopt het cijfer niet.",
                "De vraag korter maken en ook per sms sturen.",
                light="amber",
            ),
            6: Said(
                "Sms werkt: respons van 34% naar 52%. De terugkoppeling aan chauffeurs gebeurt nog met de hand.",
                "Een vast kwartier in de dagstart van het magazijn.",
                light="amber",
                need="Wie maakt elke week een overzicht van de NPS-antwoorden per chauffeur? Het kost een uur.",
                of=TEAM,
            ),
        },
    ),
    Act(
        "onder65",
        "Installateurs",
        "Elke installateur onder € 80.000 heeft een groeiafspraak",
        "karin",
        start=-100,
        deadline=7,
        involved=("dennis", "marijke"),
        said={
            3: Said(
                "Lijst gemaakt: 184 installateurs zitten eronder. Met 22 is een groeiafspraak gemaakt.",
                "Gesprekken met de volgende 40.",
            ),
            4: Said(
                "61 gesprekken gevoerd, 38 afspraken. De kleinsten zien er het nut niet van in.",
                "Voorstel maken: waar leggen we de grens?",
                light="amber",
            ),
            5: Said(
                "74 gesprekken. De drie grootste twijfelaars willen iemand van de directie aan tafel.",
                "Kiezen: minder installateurs of meer tijd.",
                light="amber",
                need="Marijke aan tafel bij de drie grootste installateurs onder de grens.",
                of="marijke",
                remarks=(
                    ("dennis", "Twee van die drie kopen ook bij Emmen. Neem hun omzet daar mee in het gesprek."),
                    ("karin", "Goed punt, die cijfers vraag ik op."),
                ),
            ),
            6: Said(
                "Marijke sprak de drie grootste: twee tekenen. Van de zestig in de kleinere groep zijn er 21 klaar.",
                "De rest in blokken van tien per week, samen met de binnendienst.",
                light="red",
                ends=53,
            ),
        },
    ),
    Act(
        "crm",
        "Installateurs",
        "Accountmanagers werken met één klantbeeld in het CRM",
        "samira",
        start=-78,
        deadline=84,
        involved=("karin", "lotte"),
        said={
            4: Said(
                "Orders, offertes en klachten staan nu op één klantkaart in de testomgeving.",
                "Vier accountmanagers proberen het twee weken uit.",
            ),
            5: Said(
                "Proef gedaan. Zij missen het gesprek van de vorige keer bovenaan, dat is aangepast.",
                "Overzetten naar de echte omgeving en iedereen een half uur uitleg geven.",
            ),
        },
    ),
    Act(
        "bonus",
        "Installateurs",
        "De bonusregeling beloont marge én klanttevredenheid",
        "marijke",
        start=20,
        deadline=114,
        involved=("anneke",),
    ),
    Act(
        "top120",
        "Installateurs",
        "De 120 grootste installateurs hebben een vaste accountmanager",
        "karin",
        start=-152,
        deadline=-88,
        said={
            1: Said(
                "Verdeling gemaakt op regio en soort werk. Zeven installateurs staan dubbel.",
                "De dubbele met de twee accountmanagers oplossen.",
            ),
            2: Said(
                "Alle 120 verdeeld. 71 installateurs hebben hun accountmanager al gesproken.",
                "Kennismaking met de andere 49.",
                light="amber",
            ),
            3: Said("Alle 120 kennen hun accountmanager; de namen staan ook in de webshop.", status="done"),
        },
    ),
    Act(
        "top40",
        "Installateurs",
        "Kwartaalgesprekken met de top 40 staan voor het hele jaar in de agenda",
        "dennis",
        start=-150,
        deadline=-118,
        begun=-149,
        said={
            2: Said("Alle 160 gesprekken staan in de agenda, ook bij de installateur.", status="done"),
        },
    ),
)

DELIVERY = (
    Act(
        "avondlijn",
        "Levering",
        "De avondlijn rijdt vijf dagen per week tot 06.30 uur op de bouw",
        "tjeerd",
        start=-140,
        deadline=23,
        involved=("femke",),
        description="Bestellen tot 18.00 uur, de volgende ochtend vóór 06.30 uur op de bouw. Nu drie dagen per week.",
        moved=(Moved(on=-15, to=53, reason="De tweede chauffeur haalt zijn examen pas volgende maand over."),),
        said={
            1: Said("Ritten uitgetekend voor vijf regio’s.", "Twee regio’s starten als proef."),
            2: Said("Proef in Emmen en Hoogeveen: 9 van de 10 leveringen op tijd.", "Derde en vierde regio erbij."),
            3: Said(
                "Vier regio’s rijden. Op dinsdag en donderdag komen wij chauffeurs tekort.",
                "Twee chauffeurs werven, via de eigen mensen.",
                light="amber",
            ),
            4: Said(
                "Twee chauffeurs aangenomen, zij moeten nog hun papieren halen.",
                "Tot die tijd drie dagen per week rijden.",
                light="amber",
                ends=39,
            ),
            5: Said(
                "Drie dagen lopen goed. Eén chauffeur in opleiding is geslaagd.",
                "Vierde dag starten zodra de tweede rijdt.",
                light="amber",
            ),
            6: Said(
                "Vierde dag rijdt sinds maandag. De vijfde wacht op de tweede chauffeur.",
                "Invalrooster maken, zodat ziekte geen rit kost.",
                light="amber",
                need="Kan de aankomstmelding ook voor de avondlijn aan, vóór de vijfde dag begint?",
                of="samira",
            ),
        },
    ),
    Act(
        "app",
        "Levering",
        "De chauffeursapp meldt aankomst aan de installateur",
        "samira",
        start=-50,
        deadline=22,
        involved=("tjeerd",),
        said={
            5: Said(
                "Ontwerp klaar en met vier chauffeurs doorgelopen. Eén druk op de knop, meer niet.",
                "Bouwen en met één rit proberen.",
            ),
            6: Said(
                "Proefrit met twaalf installateurs: de melding komt gemiddeld tien minuten vooraf.",
                "Uitrollen over alle dagritten.",
            ),
        },
    ),
    Act(
        "retouren",
        "Levering",
        "Retouren zijn binnen twee werkdagen gecrediteerd",
        "femke",
        start=-11,
        deadline=11,
        begun=-5,
        involved=("lotte",),
    ),
    Act(
        "zwolle",
        "Levering",
        "Een tweede ophaalpunt in Zwolle is open",
        "tjeerd",
        start=-7,
        deadline=144,
        involved=("marijke",),
        said={
            6: Said(
                "Twee panden bekeken. Het beste pand heeft nog geen vergunning voor opslag.",
                "Gemeente bellen en het andere pand achter de hand houden.",
                light="amber",
                status="todo",
            ),
        },
    ),
    Act(
        "picfouten",
        "Levering",
        "Pickfouten worden per ronde geteld en ’s ochtends besproken",
        "tjeerd",
        start=-130,
        deadline=-46,
        said={
            2: Said("Telling loopt in ronde A en B.", "Ronde C en D, en een bord bij de koffie."),
            4: Said("Het is gewoonte geworden: van 11 naar 6 fouten per duizend regels.", status="done"),
        },
    ),
    Act(
        "aartikelen",
        "Levering",
        "Alle A-artikelen liggen op grijphoogte",
        "femke",
        start=-145,
        deadline=-74,
        said={
            1: Said("Lijst van 640 artikelen gemaakt uit de orders van twaalf maanden.", "Indeling per gangpad."),
            3: Said("Alle 640 liggen tussen heup en schouder. Looptijd per order is 9% korter.", status="done"),
        },
    ),
)
