"""Actions of the Dutch demo plan for its growth, with what their responsible people said about them."""

from __future__ import annotations

from ogsm.demo.tables import SAME, TEAM, Act, Said

DIGITAL = (
    Act(
        "calculatie",
        "Digitaal",
        "Tien installateurs bestellen rechtstreeks vanuit hun calculatiepakket",
        "samira",
        start=-132,
        deadline=-24,
        involved=("femke", "lotte"),
        description="Koppeling met de drie pakketten die onze installateurs het meest gebruiken.",
        said={
            2: Said("Met de makers van twee pakketten afspraken over de koppeling.", "Eerste koppeling bouwen."),
            3: Said(
                "Koppeling met het eerste pakket werkt in de proef.", "Twee installateurs vragen of zij willen testen."
            ),
            4: Said(
                "Tweede pakket werkt bijna. De maker van het derde levert later dan beloofd.",
                "Vier testers live, het derde pakket volgt.",
                light="amber",
                ends=-10,
            ),
            5: Said(
                "Koppeling met twee pakketten werkt. Vier installateurs testen; twee bestellen echt.",
                "Derde pakket aansluiten en de vier testers live zetten.",
                light="red",
                need="Twee dagen per week een ontwikkelaar, twee maanden lang.",
                of="marijke",
                ends=53,
            ),
        },
    ),
    Act(
        "zoeken",
        "Digitaal",
        "Zoeken vindt ook op fabrikantcode en bijnaam",
        "samira",
        start=-125,
        deadline=39,
        involved=("dennis",),
        said={
            2: Said(
                "Fabrikantcodes van de drie grootste leveranciers ingelezen.",
                "De andere leveranciers vragen om hun lijst.",
                light="amber",
            ),
            3: Said(
                "Door de calculatiekoppeling bleef dit liggen.",
                "Keuze vragen: wie heeft hier wel tijd voor?",
                light="amber",
                need="Iemand van inkoop die de artikelen kent en twee middagen per week heeft.",
                of="femke",
            ),
            4: Said(
                "Overgenomen van Samira. 70% van de artikelen heeft nu een fabrikantcode.",
                "Bijnamen verzamelen bij de binnendienst: wat zegt de klant aan de telefoon?",
            ),
            5: Said(
                "420 bijnamen van de binnendienst verwerkt. Zoeken op ‘knietje’ vindt nu de bocht van 90 graden.",
                "Lijst van de klanten zelf erbij, die heeft Samira.",
            ),
            6: Said(
                "88% van de zoekvragen heeft een treffer op de eerste pagina.",
                "De bijnamen van klanten verwerken zodra ik de lijst heb.",
            ),
        },
    ),
    Act(
        "catalogus",
        "Digitaal",
        "De papieren catalogus is gestopt",
        "marijke",
        start=-70,
        deadline=23,
        involved=("lotte", "karin"),
        said={
            4: Said(
                "De 35 installateurs die hem nog gebruiken, zijn gebeld. 28 willen hulp bij de webshop.",
                "Lotte plant die hulp in.",
            ),
            5: Said("28 installateurs geholpen, 25 bestellen nu digitaal.", "Drukker opzeggen en brief maken."),
            6: Said(
                "Drukcontract is opgezegd, de brief ligt klaar.",
                "Brief versturen en de laatste drie zelf opbellen.",
                by="lotte",
            ),
        },
    ),
    Act(
        "binnendienst",
        "Digitaal",
        "Elke collega van de binnendienst helpt klanten digitaal bestellen",
        "karin",
        start=14,
        deadline=99,
        involved=("lotte",),
    ),
    Act(
        "pdf",
        "Digitaal",
        "Losse PDF-bestellingen worden automatisch ingelezen",
        "samira",
        start=60,
        deadline=175,
    ),
    Act(
        "nettoprijzen",
        "Digitaal",
        "De webshop toont eigen nettoprijzen en live voorraad",
        "samira",
        start=-151,
        deadline=-80,
        begun=-151,
        said={
            2: Said(
                "Live voorraad werkt, maar loopt overdag twee uur achter.",
                "Elke vijf minuten verversen.",
                light="amber",
            ),
            3: Said("Prijzen en voorraad kloppen, nagekeken op 200 artikelen.", status="done"),
        },
    ),
)

HEAT = (
    Act(
        "training",
        "Warmte",
        "Het trainingscentrum in Assen draait met twee trainingen per week",
        "joost",
        start=-148,
        deadline=22,
        involved=("dennis",),
        said={
            1: Said("Huur getekend, de verbouwing begint deze maand.", "Opstellingen bestellen."),
            2: Said("Vloer en elektra klaar. Vier opstellingen besteld.", "Trainers kiezen."),
            3: Said(
                "De opstellingen komen drie weken later dan beloofd.",
                "Eerste trainingen op losse toestellen geven.",
                light="amber",
            ),
            4: Said("Geopend. Eén training per week, steeds vol.", "Tweede trainer inwerken."),
            5: Said("Negen trainingen gegeven, 78 certificaten.", "Vanaf volgende maand de tweede dag."),
            6: Said("Deze week voor het eerst twee trainingen.", "Nog drie weken volhouden, dan is het klaar."),
        },
    ),
    Act(
        "ontwerpcheck",
        "Warmte",
        "Elke offerte voor een warmtepomp krijgt binnen 24 uur een ontwerpcheck",
        "joost",
        start=-55,
        deadline=18,
        involved=("dennis",),
        said={
            5: Said(
                "Checklist van twaalf punten gemaakt en op veertig oude offertes geprobeerd.",
                "Met de binnendienst afspreken wanneer een offerte langskomt.",
            ),
            6: Said(
                "Zeven van de tien offertes lukken binnen 24 uur. Die van vrijdagmiddag niet.",
                "Rooster voor vrijdag en maandag.",
                light="amber",
                ends=32,
                need="Kunnen twee accountmanagers de check leren, zodat de vrijdag bezet is?",
                of="karin",
            ),
        },
    ),
    Act(
        "adviseurs",
        "Warmte",
        "Twee adviseurs zijn gecertificeerd voor monovalente systemen",
        "dennis",
        start=-14,
        deadline=32,
        begun=-13,
        involved=("joost",),
    ),
    Act(
        "voorraad",
        "Warmte",
        "De vijf meest gevraagde warmtepompen liggen altijd op voorraad",
        "femke",
        start=-76,
        deadline=53,
        involved=("joost",),
        said={
            4: Said("Vijf typen gekozen met Joost. Minimumvoorraad berekend.", "Afspraak met twee fabrikanten."),
            5: SAME,
            6: Said(
                "Met één fabrikant getekend: vier weken voorraad op afroep.",
                "Tweede fabrikant; die wil eerst onze prognose zien.",
            ),
        },
    ),
    Act(
        "zonnepanelen",
        "Warmte",
        "Zonnepanelen lopen via één leverancier met afnameafspraak",
        "femke",
        start=25,
        deadline=115,
        involved=("joost",),
    ),
    Act(
        "fabrikanten",
        "Warmte",
        "Drie fabrikanten betalen mee aan het trainingscentrum",
        "joost",
        start=-150,
        deadline=-52,
        said={
            1: Said("Zes fabrikanten gesproken, twee zeggen ja.", "Derde en vierde gesprek."),
            2: Said("Derde fabrikant aarzelt over het bedrag.", "Aanbod in natura voorstellen.", light="amber"),
            4: Said("Drie handtekeningen, samen goed voor 40% van de kosten.", status="done"),
        },
    ),
    Act(
        "demobussen",
        "Warmte",
        "Drie demobussen rijden met warmtepompen langs installateurs",
        "joost",
        start=-140,
        deadline=60,
        said={
            2: Said(
                "Offerte voor drie bussen is twee keer zo duur als geraamd.",
                "Beslissen of dit naast het trainingscentrum nodig is.",
                light="red",
            ),
        },
    ),
)

PEOPLE = (
    Act(
        "loopbaan",
        "Mensen",
        "Loopbaanstappen van magazijn tot accountmanager staan op papier",
        "anneke",
        start=-120,
        deadline=-17,
        involved=("ruben", "tjeerd"),
        said={
            2: Said(
                "Functies op een rij gezet: elf, van inpakker tot accountmanager.", "Per stap: wat moet je kunnen?"
            ),
            3: Said("Stappen voor het magazijn klaar, met Tjeerd besproken.", "Binnendienst en verkoop."),
            4: Said(
                "Binnendienst klaar. Over verkoop zijn wij het nog niet eens: telt ervaring of opleiding?",
                "Gesprek met Karin en Dennis.",
                light="amber",
            ),
        },
    ),
    Act(
        "opleidingsplan",
        "Mensen",
        "Elke medewerker heeft een opleidingsplan met één leerdoel",
        "anneke",
        start=-96,
        deadline=22,
        involved=("ruben",),
        said={
            3: Said("Formulier van één pagina gemaakt en met zes collega’s ingevuld.", "Leidinggevenden uitleg geven."),
            4: Said("Alle leidinggevenden doen mee; 54% heeft een plan.", "Magazijn in de rustige week."),
            6: Said("76% heeft een plan. De nachtploeg doen wij in één avond.", "De laatste 31 collega’s."),
        },
    ),
    Act(
        "bbl",
        "Mensen",
        "Er werken zes BBL-leerlingen in magazijn en binnendienst",
        "anneke",
        start=10,
        deadline=84,
        involved=("tjeerd",),
    ),
    Act(
        "groeigesprek",
        "Mensen",
        "Leidinggevenden voeren elk kwartaal een groeigesprek",
        "ruben",
        start=30,
        deadline=85,
        made=-41,
    ),
    Act(
        "begeleider",
        "Mensen",
        "Nieuwe collega’s hebben op dag één een vaste begeleider",
        "anneke",
        start=-90,
        deadline=-6,
        said={
            4: Said("Twaalf begeleiders gevonden, verdeeld over alle afdelingen.", "Een middag training voor hen."),
            5: Said(
                "Training gegeven. De laatste vijf nieuwe collega’s hadden een begeleider.",
                "Nog één maand kijken of het vanzelf gaat.",
                need="Wie wil in het magazijn begeleider zijn als Jan en Miriam vrij zijn?",
                of=TEAM,
            ),
            6: Said("Alle negen nieuwe collega’s van dit kwartaal hadden op dag één een begeleider.", status="done"),
        },
    ),
)
