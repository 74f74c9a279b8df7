"""Questions that every page asks: Django needs longer to write their SQL than the database to answer them, so it writes
them once."""

from __future__ import annotations

from copy import copy
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.models import BigIntegerField, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=Model)

# These stand where the numbers belong that differ from one asking to the next, in the order in which they are given.
FIRST, SECOND, THIRD, FOURTH = OPEN = -1, -2, -3, -4


class ReadyQuery(Generic[M]):
    """The SQL of a queryset that has `FIRST`, `SECOND`, ... where a number is to be filled in.

    Keep it for as long as what else it asks for stays the same: a day, say. It remembers no row, and no connection.
    A number that is more than a database can be asked for finds nothing.
    """

    def __init__(self, queryset: QuerySet[M, Any]) -> None:
        """No query."""
        self.model, self.using = queryset.model, queryset.db
        self._query = queryset.query.chain()
        self._compiler = self._query.get_compiler(self.using)
        self.sql, self.params = self._compiler.as_sql()
        self._compiler.connection = None  # it belongs to one thread

    def count(self, *numbers: int) -> int:
        """How many rows there are for these numbers. One query."""
        rows = self._ask(f"SELECT COUNT(*) FROM ({self.sql}) found", numbers)  # noqa: S608  (made by Django)
        return rows[0][0] if rows else 0

    def rows(self, *numbers: int) -> list[tuple[Any, ...]]:
        """The rows for these numbers, as the database gives them. One query."""
        return self._ask(self.sql, numbers)

    def objects(self, *numbers: int) -> list[M]:
        """The objects for these numbers, as the queryset would give them. One query."""
        if _is_too_much(numbers):
            return []
        query = copy(self._query)
        compiler = self._filled_in(numbers)
        query.get_compiler = lambda *args, **options: compiler  # type: ignore[method-assign]
        return list(QuerySet(self.model, query=query, using=self.using))

    def _filled_in(self, numbers: tuple[int, ...]) -> SQLCompiler:
        """A compiler that has done its work: it knows which columns make which object."""
        compiler = copy(self._compiler)
        compiler.connection = connections[self.using]
        compiler.as_sql = lambda *args, **options: (self.sql, self._values(numbers))
        return compiler

    def _ask(self, sql: str, numbers: tuple[int, ...]) -> list[tuple[Any, ...]]:
        if _is_too_much(numbers):
            return []
        with connections[self.using].cursor() as cursor:
            cursor.execute(sql, self._values(numbers))
            return cursor.fetchall()

    def _values(self, numbers: tuple[int, ...]) -> list[Any]:
        given = dict(zip(OPEN, numbers, strict=False))
        return [given.get(param, param) for param in self.params]


def _is_too_much(numbers: tuple[int, ...]) -> bool:
    return any(number > BigIntegerField.MAX_BIGINT for number in numbers)
