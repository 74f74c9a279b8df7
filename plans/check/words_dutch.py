"""Dutch words of effort, of everyday work, and words that leave everything open."""

from __future__ import annotations

from .words import Weakness, Words

DUTCH = Words(
    anywhere={
        Weakness.EFFORT: """
            onder de aandacht brengen, onder de aandacht te brengen, meer aandacht, aandacht besteden aan,
            aandacht geven aan, aandacht te besteden aan, oog hebben voor, draagvlak creëren, draagvlak te creëren,
            bewustzijn creëren, bewustwording creëren, bewust maken van, in gang zetten, op de kaart zetten,
            een impuls geven, een boost geven, aan de slag gaan, aan de slag met, een bijdrage leveren aan,
            in te zetten op, inzetten op, streven naar, te streven naar, ons best doen, invulling geven aan,
            handen en voeten geven aan, bijdragen aan
        """,
        Weakness.USUAL: """
            zoals altijd, zoals gebruikelijk, zoals nu, zoals voorheen, contact onderhouden, contact houden,
            op peil houden, actueel houden, up-to-date houden, up to date houden, op de hoogte houden, in stand houden,
            bij blijven houden, in de gaten houden, vinger aan de pols houden, lopende zaken, voortdurend, doorlopend,
            continue, continu, dagelijkse werkzaamheden, de dagelijkse gang van zaken
        """,
        Weakness.LOOSE: """
            zoveel mogelijk, zo veel mogelijk, zo goed mogelijk, zo snel mogelijk, zo … mogelijk, waar mogelijk,
            waar nodig, indien mogelijk, indien nodig, regelmatig, regelmatige, af en toe, van tijd tot tijd,
            op termijn, te zijner tijd, in de toekomst, en dergelijke, enzovoort, et cetera
        """,
    },
    at_start={
        Weakness.EFFORT: """
            werken aan, te werken aan, kijken naar, kijken of, te kijken naar, nadenken over, zorgen voor, zorgen dat,
            ervoor zorgen, focus op, focussen op, gericht op, inzet op, zoeken naar, zoeken van, proberen, trachten,
            pogen, aandacht voor, verbetering van, vergroting van, verhoging van, versterking van, optimalisatie van,
            optimalisatie, optimalisering van, professionalisering van, professionalisering, ontwikkeling van,
            doorontwikkeling van, ondersteuning van, stimulering van, bevordering van, bewustwording van,
            verkenning van, onderzoek naar, onderzoek doen naar, in kaart brengen van, verdieping van,
            intensivering van, uitwerking van, verkennen of, nagaan of, nagaan hoe, uitzoeken of, uitzoeken hoe,
            bekijken of, bekijken hoe, in gesprek gaan, in gesprek, gesprekken voeren, brainstormen over, leren van,
            denken aan, meedenken over, meewerken aan
        """,
        Weakness.USUAL: """
            doorgaan met, blijven, lopende, bestaande werkwijze, dagelijks, dagelijkse, wekelijks, wekelijkse,
            maandelijks, maandelijkse, contact met, deelnemen aan, deelname aan, overleg met, overleg voeren
        """,
        Weakness.LOOSE: "goede, goed, leuke, mooie, prettige, passende, voldoende",
    },
    verbs={
        Weakness.EFFORT: """
            verbeteren, bevorderen, stimuleren, motiveren, inspireren, enthousiasmeren, onderzoeken, verkennen,
            bekijken, bestuderen, analyseren, inventariseren, evalueren, optimaliseren, professionaliseren,
            moderniseren, intensiveren, versterken, vergroten, verhogen, verlagen, verkorten, verkleinen, verminderen,
            verdiepen, verbreden, verduidelijken, versnellen, vereenvoudigen, verfijnen, vermarkten, uitbreiden,
            ondersteunen, faciliteren, begeleiden, coachen, aanjagen, aanmoedigen, aansporen, aanscherpen, aanpakken,
            benadrukken, promoten, profileren, positioneren, focussen, concentreren, oriënteren, nadenken,
            brainstormen, meedenken, samenwerken, afstemmen, uitwerken, uitdragen, doorontwikkelen, ontwikkelen,
            borgen, verankeren, waarborgen, bijdragen, betrekken, verbinden, activeren, mobiliseren, delen,
            uitwisselen, bespreken, overwegen, stroomlijnen, harmoniseren, innoveren, digitaliseren, verduurzamen,
            groeien, werven, uitzoeken, nagaan, verrijken, verstevigen, bestendigen, vernieuwen, sensibiliseren,
            prikkelen, uitdagen, adviseren, besparen, reduceren, terugdringen, netwerken, voorbereiden, creëren,
            bereiken, realiseren, nastreven, zijn, worden
        """,
        Weakness.USUAL: """
            bijhouden, onderhouden, handhaven, voortzetten, continueren, doorgaan, monitoren, bewaken, beheren,
            afhandelen, verwerken, beantwoorden, versturen, verzenden, registreren, administreren, archiveren,
            bijwonen, vergaderen, overleggen, opvolgen, uitvoeren, rapporteren, factureren, aansturen, coördineren
        """,
    },
    comparatives="""
        beter, sneller, vaker, hoger, lager, sterker, slimmer, efficiënter, effectiever, klantgerichter,
        klantvriendelijker, zichtbaarder, makkelijker, eenvoudiger, duidelijker, harder, actiever, proactiever,
        flexibeler, professioneler, duurzamer
    """,
    wishes="""
        meer, minder, betere, snellere, hogere, lagere, sterkere, slimmere, efficiëntere, effectievere, eenvoudigere,
        duidelijkere, duurzamere, nauwere, hechtere, grotere, kleinere
    """,
    negations="niet, geen, nooit",
    than="dan",
    states="""
        is, zijn, was, waren, heeft, hebben, had, hadden, wordt, worden, werd, werden, staat, staan, ligt, liggen,
        hangt, hangen, kan, kunnen, krijgt, krijgen, weet, weten, vindt, werkt, draait, bestaat, loopt, lopen, geldt,
        gelden, levert, komt, helpt, toont, meldt, maakt, gebruikt, voert, rijdt, zit, zitten, bevat, doet, neemt,
        geeft, bestelt, belt, leest, kent, kennen, beschikt, bespreekt, gaat, ontvangt, betaalt, leidt, verschijnt,
        scoort, hoeft, mag
    """,
    ready="live, klaar, gereed, af, open, dicht, actief, vol, leeg, weg, online, beschikbaar, operationeel, rond",
    openers="""
        wij, we, ik, ons, onze, door, om, te, het, de, een, gaan, willen, moeten, blijvend, verder, samen, actief,
        actiever, gezamenlijk, structureel, verdere, intern, extern, eens, nog, ook
    """,
    joins="of, dat, wat, hoe, welke, waarom, waar, wie, als, zodat, omdat",
    to="te",
    follows="""
        aan, bij, binnen, buiten, door, en, in, met, naar, om, onder, op, over, per, richting, rond, rondom, samen,
        tijdens, tot, tussen, van, vanuit, via, voor, waar, zodat, zonder, middels, d.m.v, ten, t.a.v
    """,
    small="""
        het, met, niet, uit, dit, dat, tot, wat, en, een, geen, als, ons, wij, te, de, van, voor, door, tussen, binnen,
        buiten, achter, naast, sinds, tijdens, boven, beneden, tegen
    """,
)
