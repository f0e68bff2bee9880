"""The table of changes after issue: one change a row, its text on the left, date and seal on the right."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

from certificate.geometry import Box
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.flow import FaceText, Piece, Run, TextLine, join
from ocr.grammar.heads import is_foot
from ocr.grammar.letters import fold, skeleton_of
from ocr.grammar.signing import read_date_line, wrapped_date
from ocr.grammar.stamps import opens_stamp
from ocr.grammar.values import is_empty

_HEADER = re.compile(
    r"\w{0,3}?(?:noidungthaydoi|vacosophaply|xacnhancuaco|coquanco|cotham|thamquyen|cosophaply|xacnhan(?:cua)?$|ngaythangnam$"
    r"|nhungthaydoisaukhi|thaydoisaukhicap)"
)
_BY_HAND, _FAR, _TITLE = 0.5, 1.2, 60
# So near below another block, in heights of a line, one without a day goes on with it.
_NEAR_BELOW = 1.4
_CONFIRM = re.compile(r"xac\s*nhan")
_LOOSE_DATE = re.compile(
    r"ng[a-z]y\s*(?P<d>\d{1,2})\s*th[a-z]{1,4}\s*\d{1,2}\s*n[a-z]{1,2}\s*\d{4}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
)


def read_changes(faces: Sequence[FaceText], pieces: Sequence[Piece]) -> list[Draft]:
    """The drafts of all changes printed in these lines, face by face."""
    drafts: list[Draft] = []
    count = 0
    for face in faces:
        lines = [run.line for piece in pieces for run in piece.runs if run.line.face_index == face.index]
        for found, date in _rows(lines, face):
            # A number alone is no text: a book's number stamped there, or all that was read of a change.
            content = _behind_notice(found) if found and _WORD.search(found.text) else None
            if content is None and date is not None:
                # A change whose text was not found is never left out silently.
                drafts.append(Draft(f"changes.{count}.date", Kind.DATE, date, doubted=True))
                count += 1
            folded = fold(content.text).strip() if content else ""
            if content is None or _OF_TITLES.fullmatch(folded) or opens_stamp(content.text):
                continue
            day, text = (date, content) if date else _day_first(content)
            # Every change was confirmed on some day: one that was not found is left open.
            doubted = day is None or _is_another_day_beside(day)
            drafts.append(Draft(f"changes.{count}.date", Kind.DATE, day, doubted=doubted))
            drafts.append(Draft(f"changes.{count}.content", Kind.TEXT, text))
            count += 1
    return drafts


_NOTICE = re.compile(r"\W*tiep\s*theo\s*trang\s*\d\W*")


def _behind_notice(text: Piece) -> Piece:
    """A change's text without "Tiếp theo trang 3" before it."""
    notice = _NOTICE.match(fold(text.text))
    return (text.cut(notice.end(), len(text.text)) if notice else None) or text


def _is_another_day_beside(day: Piece) -> bool:
    """Whether the date's line holds a second one: a stamp's, pressed over it."""
    return any(len(_LOOSE_DATE.findall(fold(line.text))) > 1 for line in day.lines)


_WORD = re.compile(r"[^\W\d_]{2}")
_DATE_FIRST = re.compile(r"\W*(?P<date>\d{1,2}[/.-]\d{1,2}[/.-]\d{4})\s+(?=[A-ZĐ])")


def _day_first(content: Piece) -> tuple[Piece | None, Piece]:
    """The day that opens a change's text, and the text behind it; no day where none opens it."""
    opening = _DATE_FIRST.match(content.text)
    rest = content.cut(opening.end(), len(content.text)) if opening else None
    if opening is None or rest is None:
        return None, content
    return content.cut(opening.start("date"), opening.end("date")), rest


_DATE_TITLE = re.compile(r"ng[a-z]y\W*th[a-z]ng(?:[\W\d]*n[a-z]m)?\W*")
# The title of the column of days, and the end of the section's title where a rule parts it.
_OF_TITLES = re.compile(rf"{_DATE_TITLE.pattern}|\W*g?i?ay\s*chung\s*nhan\W*|\W*tiep\s*theo(?:\s*trang\s*\d)?\W*")


def _rows(lines: Sequence[TextLine], face: FaceText) -> list[tuple[Piece | None, Piece | None]]:
    border = _border(lines, face)
    # The titles of columns open the section, so they are no lines of it.
    titles = [line for line in face.lines if not lines or line.box.top <= lines[-1].box.bottom]
    date_title = next((line for line in titles if _DATE_TITLE.fullmatch(fold(line.text).strip())), None)
    content_title = next((line for line in titles if re.search(r"noidungthay", skeleton_of(line.text))), None)
    if date_title and content_title and date_title.box.right < content_title.box.left + content_title.box.height:
        return _rows_with_dates(lines, date_title, content_title, border)
    body = _above_the_foot(_inside(_without_titles(lines)))
    left = [
        line
        for line in body
        if (line.box.left + line.box.right) / 2 < border and line.box.left < border - line.box.height
    ]
    right = [line for line in body if line not in left]
    dated = _each_once([(line, piece) for line in right if (piece := _date_in(line, face))])
    # A table without its last rule has rows outside of any cell.
    if left and all(line.line.cell for line in (*left, *(line for line, _ in dated))):
        return _ruled_rows(left, dated)
    return _loose_rows(left, dated)


def _without_titles(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines that are no title of a column, nor anything else in the cells of one (a stamp, a stroke)."""
    titles = [
        line for line in lines if _HEADER.match(skeleton_of(line.text)[:40]) and len(skeleton_of(line.text)) <= _TITLE
    ]
    ends: dict[tuple[int, int], int] = {}
    for title in titles:
        if title.line.cell:
            row = title.line.cell[:2]
            ends[row] = max(ends.get(row, 0), title.box.bottom)
    # Lower in such a cell stands the first change, where the rule over it was lost.
    return [
        line
        for line in lines
        if line not in titles and not (line.line.cell and line.box.top < ends.get(line.line.cell[:2], 0))
    ]


def _above_the_foot(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines above a sentence printed at the foot, which may stand in the last cell."""
    foot = min((line.box.top for line in lines if is_foot(line.text)), default=None)
    return [line for line in lines if foot is None or line.box.top < foot]


def _inside(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines without those left of all cells: what a punch or a staple left on the margin."""
    margin = min((line.box.left for line in lines if line.line.cell), default=0)
    return [line for line in lines if line.line.cell or line.box.right > margin]


def _each_once(dated: Sequence[tuple[TextLine, Piece]]) -> list[tuple[TextLine, Piece]]:
    """The dates without those that a stroke over the next line seems to begin: that line has its date already."""
    own = {line for line, _ in dated}
    return [(line, date) for line, date in dated if not any(run.line in own - {line} for run in date.runs)]


def _rows_with_dates(
    lines: Sequence[TextLine], date_title: TextLine, content_title: TextLine, border: float
) -> list[tuple[Piece | None, Piece | None]]:
    """The rows of a table whose first column holds the dates."""
    below = [line for line in lines if line.box.top > date_title.box.bottom and not _HEADER.match(_opening(line))]
    middle = (date_title.box.right + content_title.box.left) / 2
    middle = min(middle, *(line.box.left for line in below if line.box.left > date_title.box.right), 10**6)
    dates = [line for line in below if (line.box.left + line.box.right) / 2 < middle]
    contents = [line for line in below if line not in dates and (line.box.left + line.box.right) / 2 < border]
    # A line that lost its cell belongs to some row all the same: then what stands beside what decides.
    if date_title.line.cell and content_title.line.cell and all(line.line.cell for line in (*dates, *contents)):
        table, _, date_column = date_title.line.cell
        column = content_title.line.cell[2]
        rows = sorted({line.line.cell[1] for line in below if line.line.cell and line.line.cell[0] == table})
        cells = [
            [[line for line in below if line.line.cell == (table, row, place)] for place in (date_column, column)]
            for row in rows
        ]
        return [(_text(content), _whole_date(dates)) for dates, content in cells if content or _whole_date(dates)]
    blocks = _with_rest([block for block in _blocks(contents) if _text(block)], dates)
    lone = [date for date in dates if not any(_beside(date, block) for block in blocks)]
    return [
        *((_text(block), _whole_date([date for date in dates if _beside(date, block)])) for block in blocks),
        *((None, whole) for date in lone if (whole := _whole_date([date]))),
    ]


_GOES_ON = re.compile(r"\W*(?:[a-zà-ỹđ]|\d)")


def _with_rest(blocks: Sequence[list[TextLine]], dates: Sequence[TextLine]) -> list[list[TextLine]]:
    """The blocks with those joined to the one above that go on with it: widely set lines stand apart like changes.

    A change opens with a capital; one without a day close below another goes on with it, too.
    """
    joined: list[list[TextLine]] = []
    for block in blocks:
        box = block[0].box
        dated = any(_beside(date, block) for date in dates)
        near = joined and box.top - joined[-1][-1].box.bottom < _NEAR_BELOW * box.height
        if joined and (_GOES_ON.match(block[0].text) or (near and not dated)):
            joined[-1] = [*joined[-1], *block]
        else:
            joined.append(list(block))
    return joined


def _opening(line: TextLine) -> str:
    return skeleton_of(line.text)[:40]


def _beside(date: TextLine, block: Sequence[TextLine]) -> bool:
    middle = (date.box.top + date.box.bottom) / 2
    reach = date.box.height
    return block[0].box.top - reach < middle < block[-1].box.bottom + reach


def _whole_date(lines: Sequence[TextLine]) -> Piece | None:
    """A date that may take two lines: ``ngày 06 tháng 02`` / ``năm 2007``."""
    piece = join(Piece((Run(line, 0, len(line.text)),)) for line in lines if line.text)
    return piece.trimmed() if piece and re.search(r"\d{4}", piece.text) else None


def _border(lines: Sequence[TextLine], face: FaceText) -> float:
    """Where the column of confirmations begins."""
    above = _above(lines, face)
    confirm = _confirming(lines) or _confirming(above)
    if confirm:
        box = min(confirm, key=lambda box: box.top)
        content = [
            line.box
            for line in (*lines, *above)
            if re.search(r"noidungthay", skeleton_of(line.text)) and line.box.right < box.left
        ]
        if content:
            return (
                (max(c.right for c in content) + box.left) / 2
                if box.left - content[0].right < 0.2 * face.width
                else box.left - 0.03 * face.width
            )
        return box.left - 0.01 * face.width
    # What stands in a table's first column is the change itself, and may tell a day of its own.
    dates = [line.box.left for line in lines if read_date_line(line) and not (line.line.cell and not line.line.cell[2])]
    return min(dates) - 0.01 * face.width if dates else 0.62 * face.width


def _confirming(lines: Sequence[TextLine]) -> list[Box]:
    """The titles of the column of confirmations."""
    return [line.box for line in lines if _CONFIRM.search(fold(line.text)) and _HEADER.match(skeleton_of(line.text))]


def _above(lines: Sequence[TextLine], face: FaceText) -> list[TextLine]:
    """What stands above a section's lines: the title that opens it is none of them."""
    first = min((line.box.top for line in lines), default=0)
    return [line for line in face.lines if line.box.top < first]


def _date_in(line: TextLine, face: FaceText) -> Piece | None:
    found = read_date_line(line) or wrapped_date(line, face)
    if found:
        return found.date
    loose = _LOOSE_DATE.search(fold(line.text))
    if not loose:
        return _with_year_below(line, face)
    return Piece((Run(line, 0, len(line.text)),)).cut(loose.start(), loose.end())


_YEAR_TO_COME = re.compile(r"\W*ng[a-z]y\s*\d{1,2}\s*th[a-z]{1,4}\s*\d{1,2}\s*n[a-z]{1,2}\W*")
_YEAR = re.compile(r"\W{0,8}(?P<year>(?:19|20)\d\d)\W*")


def _with_year_below(line: TextLine, face: FaceText) -> Piece | None:
    """A day whose year stands in the next line: "Ngày 29 tháng 11 năm" / "2017".

    ``wrapped_date`` wants a place before the day, as where a certificate is signed; here offices print none.
    """
    if not _YEAR_TO_COME.fullmatch(fold(line.text)):
        return None
    for tail in face.lines:
        year = _YEAR.fullmatch(tail.text)
        under = 0 < tail.box.top - line.box.top < 2 * line.box.height
        if year and under and tail.box.left < line.box.right and line.box.left < tail.box.right:
            below = Piece((Run(tail, 0, len(tail.text)),)).cut(*year.span("year"))
            return join(part for part in (Piece((Run(line, 0, len(line.text)),)), below) if part)
    return None


def _text(lines: Sequence[TextLine]) -> Piece | None:
    piece = join(Piece((Run(line, 0, len(line.text)),)) for line in _without_scraps(_down(lines)) if line.text)
    return piece.trimmed() if piece and not is_empty(piece.text) and len(skeleton_of(piece.text)) > 3 else None


def _without_scraps(lines: Sequence[TextLine]) -> Sequence[TextLine]:
    """The lines down to where print ends and, far below it, an ornament or a pen's stroke follows."""
    if not lines or lines[0].line.handwritten >= _BY_HAND:
        return lines
    for place, (above, line) in enumerate(itertools.pairwise(lines), start=1):
        far = line.box.top - above.box.bottom > _FAR * line.box.height
        if far and all(below.line.handwritten >= _BY_HAND for below in lines[place:]):
            return lines[:place]
    return lines


def _ruled_rows(
    left: Sequence[TextLine], dated: Sequence[tuple[TextLine, Piece]]
) -> list[tuple[Piece | None, Piece | None]]:
    rows = sorted({line.line.cell[:2] for line in left if line.line.cell})
    contents = {row: [line for line in left if line.line.cell and line.line.cell[:2] == row] for row in rows}
    dates: dict[tuple[int, int], list[tuple[TextLine, Piece]]] = {row: [] for row in rows}
    for line, piece in dated:
        # A rule across was lost on one side, or found a little higher: what stands beside what decides.
        row = _row_beside(line, contents, dates) or (line.line.cell[:2] if line.line.cell else None)
        if row in dates:
            dates[row].append((line, piece))
        elif row is not None:
            contents[row], dates[row] = [], [(line, piece)]
    found: list[tuple[Piece | None, Piece | None]] = []
    for row in sorted(contents):
        if len(dates[row]) > 1:
            # One ruled row that holds several changes, as on forms printed with two cells only.
            found += _loose_rows(contents[row], dates[row])
        else:
            found.append((_text(contents[row]), dates[row][0][1] if dates[row] else None))
    return [(text, date) for text, date in found if text or date]


def _row_beside(
    line: TextLine,
    contents: Mapping[tuple[int, int], Sequence[TextLine]],
    dates: Mapping[tuple[int, int], Sequence[object]],
) -> tuple[int, int] | None:
    """The row without a date whose text begins at the height of a date's line."""
    for row, lines in contents.items():
        if lines and not dates[row] and abs(min(one.box.top for one in lines) - line.box.top) < line.box.height:
            return row
    return None


def _loose_rows(
    left: Sequence[TextLine], dated: Sequence[tuple[TextLine, Piece]]
) -> list[tuple[Piece | None, Piece | None]]:
    """Rows without rules: each date on the right opens one; the text beside and under it belongs to it."""
    if not dated:
        return [(_text(left), None)] if left else []
    starts = sorted(dated, key=lambda pair: pair[0].box.top)
    blocks = _blocks(left)
    if len(blocks) == len(starts):
        return [(_text(block), piece) for block, (_, piece) in zip(blocks, starts, strict=True)]
    rows: list[list[TextLine]] = [[] for _ in starts]
    for line in left:
        above = [n for n, (start, _) in enumerate(starts) if start.box.top <= line.box.top + 1.6 * line.box.height]
        rows[above[-1] if above else 0].append(line)
    return [(_text(row), piece) for row, (_, piece) in zip(rows, starts, strict=True)]


def _blocks(left: Sequence[TextLine]) -> list[list[TextLine]]:
    """Lines parted where the gap between them is wider than between lines of one text."""
    blocks: list[list[TextLine]] = []
    for line in _down(left):
        if blocks and line.box.top - max(one.box.bottom for one in blocks[-1]) < 0.9 * line.box.height:
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _down(lines: Sequence[TextLine]) -> list[TextLine]:
    """The lines of one column in reading order, by their own heights.

    Rows of a face are joined by what stands in other columns, too: there a seal's ring may be as high as three lines.
    """
    ordered: list[list[TextLine]] = []
    for line in sorted(lines, key=lambda line: line.box.top + line.box.bottom):
        first = ordered[-1][0].box if ordered else None
        shared = min(first.bottom, line.box.bottom) - max(first.top, line.box.top) if first else 0
        if first and shared > 0.5 * min(first.height, line.box.height):
            ordered[-1].append(line)
        else:
            ordered.append([line])
    return [line for row in ordered for line in sorted(row, key=lambda line: line.box.left)]
