"""Finding certificates: one question, answered by FTS5 on SQLite and by a GIN index on PostgreSQL alike.

What is found is ordered from the most exact to the most forgiving: names as typed, accents and all; the same without
accents; all words wherever they stand, unless very many bear just this name; and where few are found, names with one
wrong letter. Whoever asks sees only what their role and office may see: one condition in every statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, text

from certificate.identity import normalise_id
from certificate.keys import number_key
from certificate.record import Record
from certificate.search_query import SearchQuery, communes_named
from certificate.search_text import (
    SHORTEST_MISSPELT,
    accented_words,
    commune_word,
    folded_words,
    name_word,
    office_word,
    one_letter_away,
    packed,
    parcel_word,
    person_word,
    sheet_and_parcel_word,
    sheet_word,
    year_word,
)
from store.rows import Page, SearchHit, SearchScope
from store.run_scans import SCANS_OF_RUN, check_run
from store.scope import as_text
from store.search_index import (
    IndexFault,
    count_certificates,
    engine_index_is_complete,
    engine_index_is_sound,
    index_faults,
    rebuild_engine_index,
    refresh_entry,
)
from store.search_load import count_entries, load_batch, settle

# Nobody reads further; who needs more of so many gives another word.
MOST_HITS = 500
_MOST_WORDS = 12
_MOST_VARIANTS = 40
# With so many who bear just the name that was asked for, nobody looks for its words scattered over other names.
_ENOUGH = 100
_MOST_YEARS = 15
# With fewer exact hits than this, a wrong letter is looked for, too.
_FEW = 10
# The letters that PostgreSQL's index has before the words of names, so that they are not those of any text (migration
# 0009); the weight that tells codes, which may be numbers, from a text's numbers.
_LETTERS = {"accents": "a0", "names": "w0"}
_WEIGHTS = {"codes": ":C"}
# How PostgreSQL is to look. It takes words that it has no figures about for common, and would rather read all rows or
# make tables of them; it would start helpers and translate the question to machine code, which takes longer than to
# answer it. A few hundred rows are wanted, one after another.
_LOOK = text(
    "SELECT set_config('enable_seqscan', :through_rows, true), set_config('enable_hashjoin', 'off', true), "
    "set_config('enable_mergejoin', 'off', true), set_config('max_parallel_workers_per_gather', '0', true), "
    "set_config('jit', 'off', true)"
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that must stand in a column (in any of them when ``None``)."""

    column: str | None
    word: str


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words that must stand side by side in a column."""

    column: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Any:
    """One of several must hold."""

    parts: tuple[_Part, ...]


@dataclass(frozen=True, slots=True)
class _All:
    """All of several must hold."""

    parts: tuple[_Part, ...]


_Part = _Word | _Phrase | _Any | _All


class SearchRepository:
    """The archive as it is searched."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._engine = connection.dialect.name

    def find(
        self, query: SearchQuery, scope: SearchScope, page_number: int = 1, page_size: int = 25
    ) -> Page[SearchHit]:
        """One page of what the query asks for, the most exact and then the newest first.

        ``total`` counts to ``MOST_HITS`` and no further. An empty query finds nothing. ``NotFound`` for a run that is
        not known.
        """
        if query.run:
            check_run(self._connection, query.run)
        wanted = max(1, page_number) * page_size
        numbers = list(dict.fromkeys(self._found(query, scope, wanted)))[:MOST_HITS]
        shown = numbers[(max(1, page_number) - 1) * page_size :][:page_size]
        return Page(self._hits(shown), len(numbers), max(1, page_number), page_size)

    def hits(self, certificate_ids: Sequence[str], scope: SearchScope) -> tuple[SearchHit, ...]:
        """What lists show of these certificates, those left out that the scope hides."""
        if not certificate_ids:
            return ()
        condition, values = as_text(scope, "s")
        statement = text(
            f"SELECT e.number FROM search_entries e JOIN scans s ON s.id = e.scan_id "  # noqa: S608
            f"WHERE e.certificate_id IN :ids{condition} ORDER BY e.number"
        ).bindparams(bindparam("ids", expanding=True))
        return self._hits(list(self._connection.execute(statement, {"ids": list(certificate_ids), **values}).scalars()))

    def count(self) -> int:
        """How many certificates can be found."""
        return count_entries(self._connection)

    def load(self, records: Iterator[tuple[Record, str, str]]) -> int:
        """Put the next few thousand made-up records in, for measuring; how many there were. See ``search_load``."""
        return load_batch(self._connection, records)

    def settle(self) -> None:
        """Let the engine tidy its index."""
        settle(self._connection)

    def faults(self, *, after: str = "") -> tuple[list[IndexFault], str | None]:
        """What is wrong with one stretch of the index, and the id to go on after; for the audit."""
        return index_faults(self._connection, after=after)

    def count_certificates(self, *, after: str, until: str | None) -> int:
        """How many certificates there are in a stretch; for the audit."""
        return count_certificates(self._connection, after=after, until=until)

    def engine_index_is_complete(self) -> bool:
        """Whether the engine's full-text index has a row for each of ours and no more: quick, and holds nobody up."""
        return engine_index_is_complete(self._connection)

    def engine_index_is_sound(self) -> bool:
        """Whether the engine's full-text index says what the rows say; wants a writing unit on SQLite."""
        return engine_index_is_sound(self._connection)

    def refresh(self, certificate_id: str) -> None:
        """Make a certificate's row anew."""
        refresh_entry(self._connection, certificate_id)

    def rebuild_engine_index(self) -> None:
        """Make the engine's full-text index anew from the rows."""
        rebuild_engine_index(self._connection)

    def visible(self, certificate_id: str, scope: SearchScope) -> bool:
        """Whether the certificate is among those that the scope shows."""
        condition, values = as_text(scope, "s")
        statement = text(
            f"SELECT 1 FROM certificates c JOIN scans s ON s.id = c.scan_id WHERE c.id = :certificate_id{condition}"  # noqa: S608
        )
        return self._connection.execute(statement, {"certificate_id": certificate_id, **values}).first() is not None

    # --- from the most exact to the most forgiving

    def _found(self, query: SearchQuery, scope: SearchScope, wanted: int) -> Iterator[int]:
        query = query.searchable()
        if query.is_empty:
            return
        fixed = _fixed_parts(query)
        if fixed is None:
            return
        named = query.owner or query.text
        words = tuple(folded_words(named))[:_MOST_WORDS]
        others = tuple(_Word(None, word) for word in folded_words(query.text)[:_MOST_WORDS]) if query.owner else ()
        rest = (*fixed, *others, *_scope_parts(scope, query, alone=not (fixed or others or words)))
        asking = _Asking(self, query, scope, rest)
        if not words:
            yield from (row.number for row in asking.rows())
            return
        accents = tuple(accented_words(named))[:_MOST_WORDS]
        whole = _Word("codes", name_word(words))
        rows = asking.rows(whole) if query.owner else []
        if len(rows) < _ENOUGH:
            rows = asking.rows(*_words(query, words))
            narrower: tuple[_Part, ...] = ()
        else:
            narrower = (whole,)
        rank = _rank(accents, words)
        if len(rows) >= MOST_HITS and sum(rank(row) == 0 for row in rows) < wanted:
            # So many that exact ones may be among those left out, and wanted.
            exact = asking.rows(*narrower, _Phrase("accents", accents))
            if len(exact) < wanted and not narrower:
                exact += asking.rows(_Phrase("names", words))
            yield from (row.number for row in exact)
        yield from (row.number for row in sorted(rows, key=rank))
        if len(rows) < _FEW:
            yield from (row.number for row in self._misspelt(asking, words, everywhere=not rows))

    def _misspelt(self, asking: _Asking, words: Sequence[str], *, everywhere: bool) -> list[Row[Any]]:
        """Those in whose names one of the words is written with one other letter.

        Words that no name has are taken for misspelt; where all are known, any one when nothing was found, else the
        last. Whole names come first; a part of a name is looked for where there is nothing else, and then, with all
        words known, only its last word is doubted.
        """
        known = set(self._known_words(set(words)))
        unknown = [at for at, word in enumerate(words) if word not in known]
        last = [len(words) - 1]
        doubtful = unknown or (list(range(len(words))) if everywhere else last)
        near = {
            at: self._known_words(one_letter_away(words[at]))[:_MOST_VARIANTS]
            for at in doubtful
            if len(words[at]) >= SHORTEST_MISSPELT
        }
        names = [name_word([*words[:at], word, *words[at + 1 :]]) for at, others in near.items() for word in others]
        if not names:
            return []
        rows = asking.rows(_Any(tuple(_Word("codes", name) for name in names)))
        if rows or not everywhere:
            return rows
        choices = [
            _All(
                (
                    *_words(asking.query, [*words[:at], *words[at + 1 :]]),
                    _Any(tuple(_Word("names", word) for word in near[at])),
                )
            )
            for at in unknown or last
            if near.get(at)
        ]
        return asking.rows(_Any(tuple(choices))) if choices else []

    def _known_words(self, words: set[str]) -> list[str]:
        statement = text("SELECT word FROM search_words WHERE word IN :words ORDER BY word").bindparams(
            bindparam("words", expanding=True)
        )
        return list(self._connection.execute(statement, {"words": sorted(words)}).scalars())

    # --- statements

    @contextmanager
    def _told_to_look(self, through_rows: str) -> Iterator[None]:
        """Tell PostgreSQL whether reading all rows is a way to look (on, off); it forgets that afterwards."""
        told = self._connection.begin_nested()
        try:
            self._connection.execute(_LOOK, {"through_rows": through_rows})
            yield
        finally:
            told.rollback()

    def rows(self, parts: tuple[_Part, ...], query: SearchQuery, scope: SearchScope) -> list[Row[Any]]:
        """The newest certificates for which all parts and conditions hold: number, accents and names of each."""
        where, values = as_text(scope, "s")
        for condition, more in _column_conditions(query):
            where += f" AND {condition}"
            values |= more
        values["most"] = MOST_HITS
        columns = "e.number, e.accents, e.names"
        if not parts:
            tables = "search_entries e JOIN scans s ON s.id = e.scan_id"
            order = "e.issued DESC, e.number DESC" if query.issued_from or query.issued_to else "e.number DESC"
            statement = f"SELECT {columns} FROM {tables} WHERE 1 = 1{where} ORDER BY {order} LIMIT :most"  # noqa: S608
        elif self._engine == "sqlite":
            values["words"] = _fts5(_All(parts))
            statement = (
                # CROSS JOIN: the full-text index leads, newest first, and stops at the limit.
                f"SELECT {columns} FROM search_fts f CROSS JOIN search_entries e ON e.number = f.rowid "  # noqa: S608
                f"CROSS JOIN scans s ON s.id = e.scan_id WHERE search_fts MATCH :words{where} "
                "ORDER BY f.rowid DESC LIMIT :most"
            )
        else:
            values["words"] = _tsquery(_All(parts))
            found = "SELECT number FROM search_fts WHERE words @@ CAST(:words AS tsquery)"
            # One word may be in most rows, and then reading rows until there are enough is quickest. Several are looked
            # up by themselves first (that is what OFFSET 0 says), however common PostgreSQL takes them to be.
            is_one_word = len(parts) == 1 and isinstance(parts[0], _Word)
            statement = (
                # Sorted after the limit: sorting all of a common name's rows would cost more than it tells.
                f"SELECT * FROM (SELECT {columns} FROM ({found}{'' if is_one_word else ' OFFSET 0'}) f "  # noqa: S608
                "JOIN search_entries e ON e.number = f.number "
                f"JOIN scans s ON s.id = e.scan_id WHERE 1 = 1{where} LIMIT :most) found ORDER BY number DESC"
            )
            with self._told_to_look("on" if is_one_word else "off"):
                return list(self._connection.execute(text(statement), values))
        return list(self._connection.execute(text(statement), values))

    def _hits(self, numbers: Sequence[int]) -> tuple[SearchHit, ...]:
        if not numbers:
            return ()
        statement = text(
            "SELECT e.number, e.certificate_id, e.scan_id, e.shown, s.state, s.office FROM search_entries e "
            "JOIN scans s ON s.id = e.scan_id WHERE e.number IN :numbers"
        ).bindparams(bindparam("numbers", expanding=True))
        rows = {row.number: row for row in self._connection.execute(statement, {"numbers": list(numbers)})}
        return tuple(SearchHit.of(rows[number]) for number in numbers if number in rows)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question, to which only the words are still to be put."""

    repository: SearchRepository
    query: SearchQuery
    scope: SearchScope
    rest: tuple[_Part, ...]

    def rows(self, *parts: _Part) -> list[Row[Any]]:
        """What is found when these parts hold, too. The narrow ones lead: the index skips by them."""
        return self.repository.rows((*self.rest, *parts), self.query, self.scope)


def _words(query: SearchQuery, words: Sequence[str]) -> tuple[_Word, ...]:
    """The words where they must stand: among the owners' names, or anywhere."""
    return tuple(_Word("names" if query.owner else None, word) for word in words)


def _rank(accents: Sequence[str], words: Sequence[str]) -> Callable[[Row[Any]], int]:
    """How exactly a name is the one that was typed: accents and all, without them, or its words apart."""
    with_accents, without = f" {' '.join(accents)} ", f" {' '.join(words)} "

    def rank(row: Row[Any]) -> int:
        if with_accents in f" {row.accents} ":
            return 0
        return 1 if without in f" {row.names} " else 2

    return rank


def _fixed_parts(query: SearchQuery) -> tuple[_Part, ...] | None:
    """What must hold whatever the words are; ``None`` when it cannot hold: no commune has that name."""
    parts: list[_Part] = []
    if query.id_number:
        parts.append(_Word("codes", packed(normalise_id(query.id_number))))
    sheet, parcel = number_key(query.map_sheet), number_key(query.parcel)
    if sheet and parcel:
        parts.append(_Word("codes", sheet_and_parcel_word(sheet, parcel)))
    elif sheet:
        parts.append(_Word("codes", sheet_word(sheet)))
    elif parcel:
        parts.append(_Word("codes", parcel_word(parcel)))
    if query.commune:
        units = communes_named(query.commune)
        if not units:
            return None
        parts.append(_Any(tuple(_Word("codes", commune_word(unit.era, unit.code)) for unit in units)))
    return tuple(parts)


def _scope_parts(scope: SearchScope, query: SearchQuery, *, alone: bool) -> tuple[_Part, ...]:
    """What the scope and the days mean for the full-text index; they narrow, the statement's conditions decide.

    A serial number leads faster by its own index, and so do days when they stand ``alone``.
    """
    if query.serial or query.number or query.register:
        return ()
    parts: list[_Part] = []
    if scope.office:
        parts.append(_Word("codes", office_word(scope.office)))
    if query.office:
        parts.append(_Word("codes", office_word(query.office)))
    if scope.uploaded_by:
        parts.append(_Word("codes", person_word(scope.uploaded_by)))
    first, last = query.issued_from, query.issued_to or date.today()  # noqa: DTZ011 - papers bear local days
    if first and last.year - first.year < _MOST_YEARS and not (alone and not parts):
        years = range(first.year, last.year + 1)
        parts.append(_Any(tuple(_Word("codes", year_word(year)) for year in years)))
    return tuple(parts)


def _column_conditions(query: SearchQuery) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, column, key in (
        ("serial", "e.serial_key", number_key(query.serial)),
        ("register", "e.register_key", packed(query.register)),
    ):
        if key:
            yield f"{column} >= :{name} AND {column} < :{name}_end", {name: key, f"{name}_end": key + "\uffff"}
    if query.number:
        serial, register = number_key(query.number), packed(query.number)
        either = (
            "e.number IN (SELECT number FROM search_entries WHERE serial_key >= :number AND serial_key < :number_end "
            "UNION SELECT number FROM search_entries WHERE register_key >= :entry AND register_key < :entry_end)"
        )
        yield (
            either,
            {"number": serial, "number_end": serial + "\uffff", "entry": register, "entry_end": register + "\uffff"},
        )
    if query.issued_from:
        yield "e.issued >= :issued_from", {"issued_from": query.issued_from.isoformat()}
    if query.issued_to:
        yield "e.issued <= :issued_to", {"issued_to": query.issued_to.isoformat()}
    if query.office:
        yield "s.office = :office", {"office": query.office}
    if query.run:
        yield f"s.id IN ({SCANS_OF_RUN})", {"run": query.run}


# --- the two engines' languages. Words hold letters and digits only, so nothing in them can break out.


def _fts5(part: _Part) -> str:
    match part:
        case _Word(None, word):
            return f'{{accents names codes body}} : "{word}"'
        case _Word(column, word):
            return f'{column} : "{word}"'
        case _Phrase(column, words):
            return f'{column} : "{" ".join(words)}"'
        case _Any(parts):
            return "(" + " OR ".join(_fts5(each) for each in parts) + ")"
        case _All(parts):
            return "(" + " AND ".join(_fts5(each) for each in parts) + ")"


def _tsquery(part: _Part) -> str:
    match part:
        case _Word(column, word):
            return f"'{_LETTERS.get(column or '', '')}{word}'{_WEIGHTS.get(column or '', '')}"
        case _Phrase(column, words):
            return "(" + " <-> ".join(_tsquery(_Word(column, word)) for word in words) + ")"
        case _Any(parts):
            return "(" + " | ".join(_tsquery(each) for each in parts) + ")"
        case _All(parts):
            return "(" + " & ".join(_tsquery(each) for each in parts) + ")"
