"""Questions that every page asks: Django needs longer to write their SQL than the database to answer them, so it writes
them once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

OPEN_ID = -1  # stands where the id belongs that differs from one asking to the next


@dataclass(frozen=True)
class ReadyQuery:
    """The SQL of a queryset that has `OPEN_ID` where an id is to be filled in."""

    sql: str
    params: tuple[Any, ...]

    @classmethod
    def of(cls, queryset: QuerySet[Any, Any]) -> ReadyQuery:
        """Keep it for as long as what else it asks for stays the same: a day, say. No query."""
        return cls(*queryset.order_by().query.sql_with_params())

    def count(self, pk: int) -> int:
        """The number of rows for this id. One query."""
        return self._ask(f"SELECT COUNT(*) FROM ({self.sql}) found", pk)[0][0]  # noqa: S608  (made by Django)

    def rows(self, pk: int) -> list[tuple[Any, ...]]:
        """The rows for this id, as the database gives them. One query."""
        return self._ask(self.sql, pk)

    def _ask(self, sql: str, pk: int) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, [pk if param == OPEN_ID else param for param in self.params])
            return cursor.fetchall()
