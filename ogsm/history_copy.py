"""A row of a history as a copy that the database makes of what it holds: nothing of it is sent a second time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connections
from django.db.models import Field, ManyToManyField, Model

HOW = ("history_date", "history_change_reason", "history_type", "history_user")


class HistoryCopy:
    """The SQL that copies a row into its history, with what it is linked to, for one database. Keeps no row."""

    def __init__(
        self, history: type[Model], fields: Iterable[Field], links: Mapping[ManyToManyField, type[Model]], using: str
    ) -> None:
        self.how: list[Any] = [history._meta.get_field(name) for name in HOW]
        self.of, self.using = history.instance_type, using  # type: ignore[attr-defined]
        self.pk = self.of._meta.pk
        self.is_one = connections[using].vendor == "postgresql"
        self._quote = connections[using].ops.quote_name
        self.row = self._of_row(history, list(fields))
        self.links = [self._of_link(field, kept) for field, kept in links.items()]
        if self.is_one and self.links:
            parts = [f"kept AS ({self.row} RETURNING history_id)"]
            parts += [f"link_{number} AS ({sql})" for number, sql in enumerate(self.links)]
            self.row = f"WITH {', '.join(parts)} SELECT history_id FROM kept"  # noqa: S608

    def make(self, pk: Any, *, at: dt.datetime, why: str | None, kind: str, by: int | None) -> None:
        """A copy of the row with this number as it is stored now; DoesNotExist when there is none. One statement, on
        SQLite one more for each link."""
        connection = connections[self.using]
        how = zip(self.how, (at, why, kind, by), strict=True)
        values = [field.get_db_prep_save(value, connection) for field, value in how]
        pk = self.pk.get_db_prep_value(pk, connection)
        with connection.cursor() as cursor:
            cursor.execute(self.row, [*values, pk, *([pk] * len(self.links) if self.is_one else [])])
            if cursor.rowcount != 1:
                raise self.of.DoesNotExist(pk)
            if not self.is_one:
                number = cursor.lastrowid
                for sql in self.links:
                    cursor.execute(sql, [number, pk])

    def _of_row(self, history: type[Model], fields: list[Any]) -> str:
        of = self.of._meta
        copied = ", ".join(self._quote(field.column) for field in fields)
        how = ", ".join(self._quote(field.column) for field in self.how)
        return (
            f"INSERT INTO {self._quote(history._meta.db_table)} ({copied}, {how})"  # noqa: S608  (our own tables)
            f" SELECT {copied}, %s, %s, %s, %s FROM {self._quote(of.db_table)} WHERE {self._quote(of.pk.column)} = %s"
        )

    def _of_link(self, field: Any, kept: type[Model]) -> str:
        through = field.remote_field.through._meta
        columns = ", ".join(self._quote(column.column) for column in through.fields)
        into: Any = kept._meta.get_field("history")
        number = "(SELECT history_id FROM kept)" if self.is_one else "%s"
        return (
            f"INSERT INTO {self._quote(kept._meta.db_table)} ({self._quote(into.column)}, {columns})"  # noqa: S608
            f" SELECT {number}, {columns} FROM {self._quote(through.db_table)}"
            f" WHERE {self._quote(field.m2m_column_name())} = %s"
        )
