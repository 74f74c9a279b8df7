"""What a value in a plan.json may be. Each kind says so three times at once: to whoever reads a file, to the schema in
docs, and to the type checker. Days, moments and amounts are text in the file, so that no reader rounds them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, FailFast, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ogsm.fields import EARLIEST, LATEST

T = TypeVar("T")
Many = Annotated[list[T], FailFast()]
"""A list of pieces. Of a faulty one the first fault is told: a large file could have millions."""
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"
ANY_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$"
AMOUNT = r"^-?[0-9]{1,11}(\.[0-9]{1,4})?$"
PRECISE = r"^-?[0-9]{1,15}(\.[0-9]{1,40})?(E-[0-9]{1,2})?$"  # a point of a target path
MOST = 2_000_000_000
"""The highest number a piece may have in a file."""


class Piece(BaseModel):
    """Part of a file. Names we do not know are refused: what is not read must not seem to be kept."""

    model_config = ConfigDict(extra="forbid", strict=True)


def wrong(code: str, **known: Any) -> PydanticCustomError:
    """What is wrong with a value, by the code that wording.py has a sentence for."""
    return PydanticCustomError(code, "{code}", {"code": code, **known})


# ---- text ----
def _readable(text: str) -> str:
    """No NUL, which PostgreSQL cannot keep."""
    if "\x00" in text:
        raise wrong("nul")
    return text


@dataclass(frozen=True)
class _Text:
    """Text of a length."""

    most: int
    least: int = 0

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(strict=True, min_length=self.least or None, max_length=self.most)
        return core_schema.no_info_after_validator_function(_readable, text)


Text10 = Annotated[str, _Text(10)]
Text24 = Annotated[str, _Text(24)]
Text120 = Annotated[str, _Text(120)]
Text200 = Annotated[str, _Text(200)]
Text300 = Annotated[str, _Text(300)]
Text500 = Annotated[str, _Text(500)]
Text1000 = Annotated[str, _Text(1000)]
Text2000 = Annotated[str, _Text(2000)]
Text4000 = Annotated[str, _Text(4000)]
Text5000 = Annotated[str, _Text(5000)]
Name24 = Annotated[str, _Text(24, least=1)]
Name120 = Annotated[str, _Text(120, least=1)]
Name200 = Annotated[str, _Text(200, least=1)]
Name240 = Annotated[str, _Text(240, least=1)]
Name1000 = Annotated[str, _Text(1000, least=1)]
Name2000 = Annotated[str, _Text(2000, least=1)]
Email = Annotated[str, _Text(254, least=3)]


@dataclass(frozen=True)
class OneOf:
    """One of a few words: those of our models."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, words: Iterable[Any], *more: str) -> OneOf:
        return cls((*more, *(str(word) for word in words)))

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.literal_schema(list(self.words))


# ---- numbers ----
Number = Annotated[int, Field(ge=1, le=MOST)]
Whole = Annotated[int, Field(ge=-MOST, le=MOST)]
Count = Annotated[int, Field(ge=0, le=MOST)]
Small = Annotated[int, Field(ge=0, le=32767)]


@dataclass(frozen=True)
class _Parsed:
    """Text of a pattern that stands for something else, or is checked further."""

    pattern: str
    parse: Any
    format: str = ""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._parse, core_schema.str_schema(strict=True))

    def _parse(self, text: str) -> Any:
        if not re.fullmatch(self.pattern[1:-1], text, re.ASCII):
            raise wrong(self.parse.__name__.strip("_"))
        return self.parse(text)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        form = {"format": self.format} if self.format else {}
        return {"type": "string", "pattern": self.pattern, **form}


def day(text: str) -> dt.date:
    try:
        found = dt.date.fromisoformat(text)
    except ValueError:
        raise wrong("day") from None
    if not EARLIEST <= found <= LATEST:
        raise wrong("century")
    return found


def moment(text: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise wrong("moment") from None
    if not EARLIEST <= found.date() <= LATEST:
        raise wrong("century")
    return found


def amount(text: str) -> Decimal:
    return Decimal(text)


def _day_text(text: str) -> str:
    day(text)
    return text


def _moment_text(text: str) -> str:
    moment(text)
    return text


def _amount_text(text: str) -> str:
    return text


Day = Annotated[dt.date, _Parsed(DAY, day, "date")]
Moment = Annotated[dt.datetime, _Parsed(MOMENT, moment, "date-time")]
Amount = Annotated[Decimal, _Parsed(AMOUNT, amount)]
# of records, which are kept as they were written
DayText = Annotated[str, _Parsed(DAY, _day_text, "date")]
MomentText = Annotated[str, _Parsed(ANY_MOMENT, _moment_text, "date-time")]
AmountText = Annotated[str, _Parsed(AMOUNT, _amount_text)]
PreciseText = Annotated[str, _Parsed(PRECISE, _amount_text)]


# ---- numbers of other pieces ----
@dataclass(frozen=True)
class _To:
    """The number of another piece in the file; where `gone`, or below zero: of one that is not there any more."""

    kind: str
    gone: bool = False

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        number = core_schema.int_schema(strict=True, ge=-MOST if self.gone else 1, le=MOST)
        return core_schema.with_info_after_validator_function(self._look_up, number)

    def _look_up(self, number: int, info: ValidationInfo) -> int:
        look_up(self.kind, number, info, gone=self.gone)
        return number


def look_up(kind: str, number: int, info: ValidationInfo, *, gone: bool = False) -> None:
    """Whether the file has it; of people also that it is spoken of."""
    if number == 0:
        raise wrong("nothing")
    there = (info.context or {}).get("there", {}).get(kind, ())
    if number > 0 and number not in there:
        raise wrong(f"no_{kind}", number=number)
    if number < 0 and not gone:
        raise wrong("nothing")
    if kind == "people" and info.context is not None:
        info.context.setdefault("named", set()).add(number)


ToPerson = Annotated[int, _To("people")]
ToGoal = Annotated[int, _To("goals")]
ToChoice = Annotated[int, _To("choices")]
ToIndicator = Annotated[int, _To("indicators")]
ToAction = Annotated[int, _To("actions")]
ToUpdate = Annotated[int, _To("updates")]
ToShift = Annotated[int, _To("shifts")]
ToSession = Annotated[int, _To("sessions")]
ToLine = Annotated[int, _To("lines")]
ToActionOnce = Annotated[int, _To("actions", gone=True)]

KINDS = {  # what a line of an agenda is about → where it stands in the file
    "action": "actions",
    "indicator": "indicators",
    "help": "help_requests",
    "agreement": "decisions",
    "point": "points",
    "choice": "choices",
    "goal": "goals",
}
KEY = re.compile(rf"({'|'.join(KINDS)})-(-?[1-9][0-9]{{0,9}})", re.ASCII)


@dataclass(frozen=True)
class _Key:
    """'action-12': what a line was about; 'action--1' when that is not there any more."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._check, core_schema.str_schema(strict=True))

    def _check(self, key: str, info: ValidationInfo) -> str:
        found = KEY.fullmatch(key)
        if found is None:
            raise wrong("key")
        look_up(KINDS[found[1]], int(found[2]), info, gone=True)
        return key

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{KEY.pattern}$"}


Key = Annotated[str, _Key()]
