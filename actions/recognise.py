"""What a cell of somebody's own list means: columns by their header or content, days, people, choices, states. Pure.

Dutch and English; one set of rules for all that comes in from spreadsheets. What is not sure is not guessed.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from ogsm import dates
from ogsm.accounts import names

from .rules import DOING, DONE, TODO

RESULT, CHOICE, RESPONSIBLE, INVOLVED = "result", "choice", "responsible", "involved"
START, DEADLINE, STATUS, DESCRIPTION, LINK = "start", "deadline", "status", "description", "link"
KINDS = (RESULT, CHOICE, RESPONSIBLE, INVOLVED, START, DEADLINE, STATUS, DESCRIPTION, LINK)
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
MOST_TITLES = 12
_SERIAL = dt.date(1899, 12, 30)  # day 0 of spreadsheets

_HEADERS = {
    RESULT: "actie acties resultaat result action what wat taak task activiteit activity actiepunt maatregel",
    CHOICE: "keuze choice hoe how strategie strategy strategische_keuze strategic_choice thema pijler speerpunt",
    RESPONSIBLE: "wie who verantwoordelijke verantwoordelijk responsible owner eigenaar trekker actiehouder assignee",
    INVOLVED: "betrokken betrokkenen involved met with team deelnemers",
    START: "start begin startdatum start_date from van begindatum start_op",
    DEADLINE: "deadline klaar wanneer when due due_date einddatum end_date eind gereed datum date klaar_op",
    STATUS: "status stand voortgang progress state",
    DESCRIPTION: "omschrijving opmerking opmerkingen opm toelichting description notes note remark remarks comments",
    LINK: "link url website document",
}
_STATES = {
    TODO: "to do|todo|nog te doen|te doen|open|niet gestart|not started|new|nieuw|gepland|planned|0%|0",
    DOING: "in progress|doing|mee bezig|bezig|loopt|lopend|onderhanden|in uitvoering|started|gestart|actief|active",
    DONE: "done|afgerond|klaar|gereed|voltooid|finished|completed|complete|closed|gesloten|100%|ok",
}
_STATUS_OF = {word: status for status, words in _STATES.items() for word in words.split("|")}
_MONTHS = (
    "jan januari january|feb februari february|mrt maart mar march|apr april|mei may|jun juni june|jul juli july|"
    "aug augustus august|sep sept september|okt oktober oct october|nov november|dec december"
)
_MONTH_OF = {name: month for month, of in enumerate(_MONTHS.split("|"), start=1) for name in of.split()}
_WEEKDAYS = re.compile(r"^(ma|di|wo|do|vr|za|zo|mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ][\d:.]+z?)?")
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{2}|\d{4}))?(?: \d{1,2}:\d\d(?::\d\d)?)?")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|e)?[ .-]*([a-z]+)\.?[ ,'-]*(\d{4}|\d{2})?")
_MONTH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_LEADS = re.compile(r"^(voor|uiterlijk|per|op|t/m|tot|vanaf|by|before|on|until|from|due) ")
_MONTH_YEAR = re.compile(
    r"(?:(begin|start|medio|half|halverwege|mid|eind|end) )?([a-z]+)\.?(?:[ ,'-]*(\d{4})|(?:-| ?')(\d\d))?"
)
_WEEK = re.compile(r"(?:wk|week|w)\.? ?(\d{1,2})(?:[ ,/-]+(\d{4}))?")
_WEEK_ISO = re.compile(r"(\d{4})[ -]?w(?:k|eek)?\.? ?(\d{1,2})")
_QUARTER = re.compile(r"(?:q|k|kwartaal |quarter )([1-4])[ ,/-]*(\d{4})?")
_NTH_QUARTER = re.compile(r"([1-4])(?:e|de|ste|st|nd|rd|th)? (?:kwartaal|quarter|kw)[ ,/-]*(\d{4})?")
_IN_MONTH = {"begin": 1, "start": 1, "medio": 15, "half": 15, "halverwege": 15, "mid": 15}
_TOTAL = re.compile(r"(sub|eind|grand )?-?(totaal|totalen|total|totals)\b|(som|sum|aantal|count)( \w+)?$")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


def bare(text: str) -> str:
    """In small letters, without accents, marks at the ends and double spaces: what is compared."""
    letters = unicodedata.normalize("NFKD", text.replace("’", "'"))
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split()).strip(" .:;,*?#")


_KIND_OF = {word.replace("_", " "): kind for kind, words in _HEADERS.items() for word in words.split()}


def kind_of_header(text: str) -> str:
    """The kind of a column by its header; '' when it says nothing we know. 'Wie is verantwoordelijk?' counts."""
    head = bare(re.sub(r"\([^()]*\)", "", text))
    if head in _KIND_OF:
        return _KIND_OF[head]
    if len(head) > 40:
        return ""
    found = [_KIND_OF[word] for word in re.split(r"[\s/]+", head) if word in _KIND_OF and len(word) > 3]
    return found[-1] if found else ""


def columns_of(header: Sequence[str]) -> list[str] | None:
    """The kinds of the columns, each at most once; None when this row is no header: too few words that we know."""
    kinds: list[str] = []
    for cell in header:
        kind = kind_of_header(cell)
        kinds.append("" if kind in kinds else kind)
    known = sum(1 for kind in kinds if kind)
    enough = known >= 2 or (known == 1 and sum(1 for cell in header if cell) == 1)
    if not enough or any(read_day(cell, dt.date(2026, 1, 1)) for cell in header if cell):
        return None
    return kinds


def without_titles(rows: Sequence[list]) -> Sequence[list]:
    """Rows from their header on: lists are often topped by a title or two. Unchanged where no header is found."""
    for place, row in enumerate(rows[:MOST_TITLES]):
        kinds = columns_of([str(cell or "") for cell in row])
        if kinds is not None and sum(1 for kind in kinds if kind) > 1:
            return rows[place:]
    return rows


def is_total(row: Sequence[str]) -> bool:
    """'Totaal | | 12': the foot of a list, no action of it: a word for a sum, and figures at most."""
    said = [cell for cell in row if cell.strip()]
    if not said or not _TOTAL.match(bare(said[0])):
        return False
    return all(re.match(r"[€=+-]?\s*[\d.,]", cell) and not read_day(cell, dt.date(2026, 1, 1)) for cell in said[1:])


def guess_columns(
    rows: Sequence[Sequence[str]], people: Sequence[Person], choices: Sequence[ChoiceName], on: dt.date
) -> list[str]:
    """The kinds of the columns by what most of their cells hold. The one with the longest texts is the result."""
    width = max(map(len, rows), default=0)
    kinds = [""] * width
    columns = [[row[place] for row in rows if row[place]] for place in range(width)]
    tests = (
        (LINK, lambda cell: bool(_URL.fullmatch(cell))),
        (STATUS, lambda cell: bare(cell) in _STATUS_OF),
        (
            DEADLINE,
            lambda cell: (read_day(cell, on) is not None and not cell.isdecimal()) or len(cell) == 5 == _digits(cell),
        ),
        (RESPONSIBLE, lambda cell: match_person(cell, people) is not None),
        (CHOICE, lambda cell: match_choice(cell, choices) is not None),
    )
    for kind, test in tests:
        places = [
            place for place in range(width) if not kinds[place] and columns[place] and _most(columns[place], test)
        ]
        if kind == DEADLINE and len(places) > 1:
            kinds[places[0]], kinds[places[1]] = START, DEADLINE
        elif places:
            kinds[places[0]] = kind
    free = [place for place in range(width) if not kinds[place] and columns[place]]
    if free:
        longest = max(free, key=lambda place: sum(map(len, columns[place])) / len(columns[place]))
        kinds[longest] = RESULT
    return kinds


def _digits(cell: str) -> int:
    return sum(1 for letter in cell if letter.isdecimal())


def _most(cells: Sequence[str], test: Callable[[str], bool]) -> bool:
    return sum(map(test, cells)) * 2 > len(cells)


# ---- days ----
def read_day(text: str, on: dt.date, *, start: bool = False) -> dt.date | None:
    """The day a person wrote; None when it is none, or outside this century. A day without a year is the next one
    from half a year before `on`. A week is its Friday (or, for a start, its Monday), a month or a quarter its
    last day (or its first)."""
    plain = _WEEKDAYS.sub("", _LEADS.sub("", bare(text)))
    if not plain or len(plain) > 30:
        return None
    try:
        day = _read_day(plain, on, start)
    except (ValueError, OverflowError):
        return None
    return day if day is not None and EARLIEST <= day <= LATEST else None


def _read_day(text: str, on: dt.date, start: bool) -> dt.date | None:
    if found := _ISO.fullmatch(text):
        return dt.date(int(found[1]), int(found[2]), int(found[3]))
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", text):
        return _SERIAL + dt.timedelta(days=int(text[:5]))
    if found := _NUMBERS.fullmatch(text):
        return _dated(int(found[1]), int(found[2]), found[3], on, swap=True)
    if found := _WEEK.fullmatch(text):
        return _week(int(found[1]), found[2], on, start)
    if found := _WEEK_ISO.fullmatch(text):
        return _week(int(found[2]), found[1], on, start)
    if re.fullmatch(r"20\d{6}", text):
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if found := _QUARTER.fullmatch(text) or _NTH_QUARTER.fullmatch(text):
        first = dt.date(_year(found[2], on) or on.year, int(found[1]) * 3 - 2, 1)
        return first if start else dates.period_end(first, dates.QUARTER)
    if (found := _MONTH_YEAR.fullmatch(text)) and found[2] in _MONTH_OF:
        return _in_month(found, on, start)
    if (found := _DAY_MONTH.fullmatch(text)) and found[2] in _MONTH_OF:
        return _dated(int(found[1]), _MONTH_OF[found[2]], found[3], on)
    if (found := _MONTH_DAY.fullmatch(text)) and found[1] in _MONTH_OF:
        return _dated(int(found[2]), _MONTH_OF[found[1]], found[3], on)
    return None


def _in_month(found: re.Match[str], on: dt.date, start: bool) -> dt.date:
    """'September' is its last day (or its first), 'half september' its fifteenth."""
    part, month = found[1], _MONTH_OF[found[2]]
    first = _dated(1, month, found[3] or found[4], on)
    if part in _IN_MONTH:
        return first.replace(day=_IN_MONTH[part])
    return first if start and not part else dates.period_end(first, dates.MONTH)


def _year(text: str | None, on: dt.date) -> int | None:
    if not text:
        return None
    return int(text) + 2000 if len(text) == 2 else int(text)


def _dated(day: int, month: int, year: str | None, on: dt.date, *, swap: bool = False) -> dt.date:
    """The day first, as the Dutch and British write; the month first only where it can be nothing else."""
    if swap and month > 12 >= day:
        day, month = month, day
    if (known := _year(year, on)) is not None:
        return dt.date(known, month, day)
    found = dt.date(on.year, month, day)
    return found.replace(year=on.year + 1) if (on - found).days > 182 else found


def _week(number: int, year: str | None, on: dt.date, start: bool) -> dt.date:
    weekday = 1 if start else 5
    found = dt.date.fromisocalendar(_year(year, on) or on.isocalendar().year, number, weekday)
    if not year and (on - found).days > 182:
        found = dt.date.fromisocalendar(on.isocalendar().year + 1, number, weekday)
    return found


def read_status(text: str) -> str | None:
    """'todo', 'doing' or 'done'; None for a word we do not know."""
    return _STATUS_OF.get(bare(text))


# ---- people ----
MOST_PEOPLE = 20  # in one cell
LIKE, CLEARLY = 0.8, 0.1  # how alike a misspelt name is, and how much more than the next one


@dataclass(frozen=True)
class Person:
    pk: int
    name: str
    email: str

    @cached_property
    def written(self) -> set[str]:
        """In how many ways the whole name is written."""
        first, prefix, family = names.split_name(self.name)
        ways = {self.name, self.email, names.sort_name(self.name), f"{family}, {prefix} {first}"}
        if family:
            ways |= {f"{prefix} {family}, {first}", f"{first[:1]}. {prefix} {family}", f"{first} {family}"}
        return {_name(way) for way in ways}

    @cached_property
    def short(self) -> set[str]:
        """Parts that are the person's when nobody else has them."""
        first, prefix, family = names.split_name(self.name)
        letters = "".join(word[0] for word in self.name.split())
        ways = {first, names.first_name(self.name), family, f"{prefix} {family}", names.initials(self.name), letters}
        return {_name(way) for way in ways if way.strip()}


def _name(text: str) -> str:
    return bare(text.replace(".", " ").replace("@", "@ ") if "@" not in text else text)


def match_person(text: str, people: Iterable[Person]) -> Person | None:
    """Whose name this is: by e-mail address, whole name in any order, first name or initials; None when that is nobody
    or could be two."""
    asked = _name(text.removeprefix("@"))
    if not asked or len(asked) > 254:
        return None
    known = list(people)
    for ways in ("written", "short"):
        found = [person for person in known if asked in getattr(person, ways)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def near_person(text: str, people: Iterable[Person]) -> Person | None:
    """Who is probably meant by a name that is misspelt; None when that is nobody, or could be two. To be asked."""
    asked = _name(text)
    near: dict[int, tuple[float, Person]] = {}
    matcher = SequenceMatcher(None, "", asked)
    if not 4 <= len(asked) <= 60:
        return None
    for person in people:
        for way in person.written | person.short:
            matcher.set_seq1(way)
            if len(way) >= 4 and min(matcher.real_quick_ratio(), matcher.quick_ratio()) >= LIKE - CLEARLY:
                known = near.get(person.pk, (0.0, person))
                near[person.pk] = max(known, (matcher.ratio(), person), key=lambda each: each[0])
    found = sorted(near.values(), key=lambda each: -each[0])
    if not found or found[0][0] < LIKE or (len(found) > 1 and found[0][0] - found[1][0] < CLEARLY):
        return None
    return found[0][1]


def split_people(text: str, people: Sequence[Person]) -> list[str]:
    """The names in a cell with several, twenty at most; a comma also stands inside one name: 'Boer, Karin de'."""
    found: list[str] = []
    for part in re.split(r"[;/&+\n|]| en | and ", text, maxsplit=MOST_PEOPLE):
        if "," in part and match_person(part, people) is None:
            found += part.split(",")
        else:
            found.append(part)
    return [part.strip() for part in found if part.strip()][:MOST_PEOPLE]


# ---- choices ----
@dataclass(frozen=True)
class ChoiceName:
    pk: int
    number: int
    short_name: str
    goal: str
    how: str

    @cached_property
    def written(self) -> set[str]:
        """In how many ways it is written in full."""
        ways = (self.short_name, self.goal, self.how, f"{self.number} {self.short_name}")
        return {bare(way) for way in ways}

    @cached_property
    def words(self) -> str:
        return bare(f"{self.short_name} {self.goal} {self.how}")


def match_choice(text: str, choices: Iterable[ChoiceName]) -> ChoiceName | None:
    """By number ('2', '2. Webshop', 'HOE 2', 'S2'), short name, or the words of its goal or how; None when unsure."""
    asked, known = bare(text), list(choices)
    if not asked:
        return None
    whole = [choice for choice in known if asked in choice.written]
    if len(whole) == 1:
        return whole[0]
    numbered = re.match(r"(?:hoe|how|keuze|choice|strategie|strategy|s|k|h)?[ .]?(\d{1,2})(?![\d])", asked)
    if numbered:
        found = [choice for choice in known if choice.number == int(numbered[1])]
        rest = asked[numbered.end() :].strip(" .:-)")
        if found and (not rest or rest in {bare(found[0].short_name), bare(found[0].goal), bare(found[0].how)}):
            return found[0]
    inside = [choice for choice in known if len(asked) >= 5 and asked in choice.words]
    return inside[0] if len(inside) == 1 else None


def is_link(text: str) -> bool:
    return bool(_URL.fullmatch(text))
