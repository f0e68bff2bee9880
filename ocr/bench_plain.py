"""What one would write without this project: Tesseract on whole pages, then an expression for each printed label.

The peer that the reader's accuracy is held against, kept as good as a competent afternoon makes it: pages are brought
to 300 dpi and turned upright by Tesseract itself, labels are found whatever became of their tone marks, and numbers,
dates and code lists are read by the project's own functions. It must not use lines, fusion or grammar of the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import cv2

from certificate.codes import purpose_by_code, purpose_by_name, read_origin
from certificate.identity import id_type, normalise_id
from certificate.record import Decision, FieldReading, Form, Record
from certificate.text import nfc, strip_accents
from ocr.grammar import values
from ocr.options import DEFAULT_LIMITS
from ocr.pages import Page, open_pages

_DPI = 300
# Photographs tell no resolution; scans far below this are read better when enlarged.
_LOW_DPI = 250
_FORMS: Sequence[tuple[str, Form]] = (
    (r"tai san khac gan lien voi dat", Form.TT23_2014),
    (r"quyen so huu tai san\s+gan lien voi dat", Form.TT10_2024),
    (r"quyen so huu nha o va quyen su dung dat o", Form.ND60),
    (r"giay chung nhan\s+quyen so huu nha o", Form.ND90),
    (r"giay chung nhan\s+quyen su dung dat", Form.LD2003),
    (r"can cuoc cong dan", Form.CCCD),
)
# The labels without tone marks, longer ones before those they begin with; a name with "-" only ends the value before.
_LABELS: Sequence[tuple[str, str]] = (
    ("parcel_number", r"thua dat so"),
    ("map_sheet_number", r"to ban do so"),
    ("house.built_area_m2", r"dien tich xay dung"),
    ("house.floor_area_m2", r"dien tich (?:san(?: xay dung)?|su dung)"),
    ("area_in_words", r"\(?bang chu"),
    ("area_m2", r"dien tich"),
    ("-house", r"\b2\W{0,2} ?nha o|thong tin tai san gan lien voi dat"),
    ("tenure", r"hinh thuc su dung(?: dat)?"),
    ("purposes", r"muc dich su dung(?: dat)?|loai dat"),
    ("term", r"thoi han su dung(?: dat)?"),
    ("origin", r"nguon goc su dung(?: dat)?"),
    ("house.type", r"loai nha o|ten tai san"),
    ("house.ownership", r"hinh thuc so huu"),
    ("house.grade", r"cap \(hang\)"),
    ("house.term", r"thoi han (?:duoc )?so huu"),
    ("-other", r"\b[345]\W{0,2} ?(?:cong trinh|rung san xuat|cay lau nam)|so do thua dat"),
    ("-changes", r"nhung thay doi sau khi cap"),
    ("notes", r"ghi chu"),
    ("register_number", r"(?:so )?vao so cap (?:giay|gcn)[^:\n]{0,30}"),
    ("-date", r"[^\n]{0,40}ngay \w{1,2} thang \w{1,2} nam \w{4}"),
    ("-foot", r"\btm\b|t/m|thong tin chi tiet|nguoi duoc cap giay|\f"),
    ("address", r"dia chi\b"),
)  # fmt: skip
_ANY_LABEL = re.compile(
    r"(?:\b[a-gdo1-6]\s?[).]\s*)?(?:"
    + "|".join(f"(?P<n{n}>{pattern})" for n, (_, pattern) in enumerate(_LABELS)).replace(" ", r"\s")
    + r")\s*:?"
)
_PERSON = re.compile(
    r"(?:^|[\n;,])\W*(?P<ho>ho )?(?:va )?(?P<spouse>vo|chong)?(?: la)?\W{0,3}(?P<word>ong|ba)\b\W{0,3}(?:\(ba\)\W*)?"
)
_ID = re.compile(r"\b\d{12}\b|\b\d{9}\b|\b[A-Z]{1,2}\d{7}\b|\b\d{10}(?:-\d{3})?\b|\b\d{8}\b")
_SERIAL_LINE = re.compile(r"^\W*(?:S[ốo]\W*)?([A-ZĐ]{1,2}) ?(\d{8}|\d{6})\W*$", re.MULTILINE)
_SERIAL = re.compile(r"\b([A-ZĐ]{1,2}) ?(\d{8}|\d{6})\b")
_DATE = re.compile(r"([^\n,]{0,40}),? (ngay \w{1,2} thang \w{1,2} nam \w{4})")
_AUTHORITY = re.compile(r"^\W*(?:tm\W+|t/m\W+)?((?:uy ban|ubnd|so |chi nhanh|van phong)[^\n]*)", re.MULTILINE)
_TITLE = re.compile(r"^\W*((?:kt|q|tuq|tl)\.? ?)?(?:pho )?(?:chu tich|giam doc)\W*$", re.MULTILINE)
_ROW = re.compile(
    r"^\W*([A-Z]{0,2}\d{1,4})\s+(\d{1,3})\s+(\d[\d.,]*)\s(?:.*?(Đến ngày\s+[\d/]+|Lâu dài|\d+ năm))?", re.MULTILINE
)


def read_plain(data: bytes, source: str) -> Record:
    """The record of a file by whole pages and expressions; raises ``ScanRefused`` where nothing can be opened."""
    pages = [page_text(page) for page in open_pages(data, DEFAULT_LIMITS) if isinstance(page, Page)]
    return record_of("\n\f\n".join(pages), source)


def page_text(page: Page) -> str:
    """All print of a page by one call of Tesseract, which also turns and divides it."""
    # Loaded late: who only wants the expressions needs no engine.
    import pytesseract

    grey = page.image if page.image.ndim == 2 else cv2.cvtColor(page.image, cv2.COLOR_BGR2GRAY)
    if 0 < page.dpi < _LOW_DPI:
        scale = _DPI / page.dpi
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    # 1: divide the page by itself and find out which way is up.
    text: str = pytesseract.image_to_string(grey, lang="vie", config=f"--psm 1 --dpi {_DPI}")
    return "\n".join(line for part in text.splitlines() if (line := nfc(part)))


def record_of(text: str, source: str) -> Record:
    """What the expressions find in the text of a file; pages are parted by form feeds."""
    # Tesseract's Vietnamese takes many a 6 for an ó.
    text = re.sub(r"(?<=\d)[óÓ]+|[óÓ]+(?=\d)", lambda found: "6" * len(found[0]), text)
    # NFC letters keep their number without marks, so that places in one text are places in the other.
    folded = "".join(c if c == "\n" else (strip_accents(c) or " ")[0] for c in text).casefold()
    form = next((form for pattern, form in _FORMS if re.search(pattern, folded)), Form.OTHER)
    found = dict([*_owners(text, folded), *_labelled(text, folded), *_issue(text, folded)])
    if form is Form.TT23_2014 and found.get("issue_date", "9") < "2014-07":
        form = Form.TT17_2009
    if form is Form.LD2003 and found.get("issue_date", "9") < "2004-07":
        form = Form.LD1993
    fields = {path: FieldReading(value, value, 0.0, Decision.REVIEW) for path, value in found.items() if value}
    return Record(source, form, 0.0, (), fields if form is not Form.OTHER else {})


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" .,;:-–_|")


def _owners(text: str, folded: str) -> Iterator[tuple[str, str]]:
    begin = re.search(r"nguoi su dung dat(?:, chu so huu[^\n]*(?:\n?[^\n]*voi dat)?)?\W*", folded)
    if not begin:
        return
    end = re.search(
        r"\n\W*(?:ii|2)\W{1,3}(?:thua dat|thong tin)|\f|\n\W*[a-z]{1,2} ?\d{6,8}\W*\n", folded[begin.end() :]
    )
    stop = begin.end() + end.start() if end else len(text)
    whole, plain = text[begin.end() : stop], folded[begin.end() : stop]
    people = list(_PERSON.finditer(plain))
    if not people:
        yield "owners.0.role", "organisation"
        yield "owners.0.full_name", _tidy(whole.split("\n")[0].split(";")[0])
        yield from _paper_and_home(0, whole, plain)
    for index, (one, after) in enumerate(zip(people, [*people[1:], None], strict=False)):
        part = slice(one.end(), after.start() if after else len(whole))
        spouse = one["spouse"] is not None
        yield (
            f"owners.{index}.role",
            "household" if one["ho"] else "spouse" if spouse else "co_owner" if index else "holder",
        )
        yield f"owners.{index}.gender", "male" if one["word"] == "ong" else "female"
        yield f"owners.{index}.full_name", _tidy(re.split(r"[,;\n]|\b[Ss]inh|\b[Nn]ăm sinh", whole[part])[0])
        yield from _paper_and_home(index, whole[part], plain[part])


def _paper_and_home(index: int, text: str, folded: str) -> Iterator[tuple[str, str]]:
    if born := re.search(r"(?:sinh nam|nam sinh)\W*(\d{4})", folded):
        yield f"owners.{index}.birth_year", born[1]
    if paper := _ID.search(text):
        kind = id_type(paper[0], text[max(0, paper.start() - 30) : paper.start()])
        yield f"owners.{index}.id_number", normalise_id(paper[0])
        yield f"owners.{index}.id_type", kind.value if kind else ""
    if home := re.search(r"(?:dia chi(?: thuong tru)?|dctt|ho khau thuong tru|tru so)[^:\n]{0,20}:?", folded):
        yield f"owners.{index}.address", _tidy(re.split(r"[;\f]", text[home.end() :])[0])


def _labelled(text: str, folded: str) -> Iterator[tuple[str, str]]:
    labels = list(_ANY_LABEL.finditer(folded))
    parcel, in_house, in_changes = -1, False, False
    for label, after in zip(labels, [*labels[1:], None], strict=False):
        name = _LABELS[int(str(label.lastgroup)[1:])][0]
        in_house = in_house or name == "-house"
        in_changes = name == "-changes" or (in_changes and name not in {"-foot", "register_number", "parcel_number"})
        value = _tidy(text[label.end() : after.start() if after else len(text)])
        if name == "parcel_number" and not in_changes and re.match(r"[A-Z]{0,2}\d", value):
            parcel += 1
        if not value or in_changes or name.startswith("-"):
            continue
        if name == "register_number":
            yield name, values.register_number(text[label.end() :].split("\n")[0]) or ""
        elif name == "notes" and not values.is_empty(value):
            yield name, value
        elif name.startswith("house.") and not values.is_empty(value):
            yield name, _house_value(name, value)
        elif parcel >= 0 and not in_house and name != "notes":
            yield from _parcel_value(f"parcels.{parcel}", name, value)
    if parcel < 0:
        yield from _rows(text, folded)


def _house_value(name: str, value: str) -> str:
    if name.endswith("_m2"):
        return values.area(value) or ""
    return (values.term(value) or "") if name == "house.term" else value


def _parcel_value(at: str, name: str, value: str) -> Iterator[tuple[str, str]]:
    if name in {"parcel_number", "map_sheet_number"}:
        yield f"{at}.{name}", value.split(" ")[0].strip(",;.")
    elif name == "area_m2":
        yield f"{at}.area_m2", values.area(value) or ""
    elif name == "tenure":
        for word, field in (("riêng", "private_area_m2"), ("chung", "shared_area_m2")):
            if told := re.search(rf"{word}\W*((?:\d[\d., ]*)|không)", value, re.IGNORECASE):
                yield f"{at}.{field}", values.area(told[1]) or ""
    elif name == "purposes":
        for number, part in enumerate(value.split(";")):
            purpose = re.sub(r"\s*(?:\(([A-Z]{3})\))?\s*:?\s*(?:\d[\d., ]*\s?m.?)?\W*$", "", part).strip()
            code = re.search(r"\(([A-Z]{3})\)", part)
            known = purpose_by_code(code[1]) if code else purpose_by_name(purpose)
            area = re.search(r"(\d[\d., ]*)\s?m", part)
            yield f"{at}.purposes.{number}.name", _tidy(purpose)
            yield f"{at}.purposes.{number}.code", known.code if known else ""
            yield f"{at}.purposes.{number}.area_m2", (values.area(area[1]) or "") if area else ""
    elif name == "term":
        parts = value.split(";")
        for number, part in enumerate(parts if len(parts) > 1 else ()):
            yield f"{at}.purposes.{number}.term", values.term(part.partition(":")[2]) or ""
        yield f"{at}.term", (values.term(value) or "") if len(parts) == 1 else ""
    elif name == "origin":
        yield f"{at}.origin", value
        yield f"{at}.origin_code", read_origin(value).code or ""
    elif name in {"address", "area_in_words"}:
        yield f"{at}.{name}", value.strip("()")


def _rows(text: str, folded: str) -> Iterator[tuple[str, str]]:
    """The parcels of a table, as far as its rows stand on one line each."""
    land = re.search(r"dia chi\W*([^\n]+)\n(?=[^\f]*\bthua\b)", folded)
    begin = re.search(r"muc dich su dung", folded)
    end = re.search(r"nha o\W|tong dien tich|bang [^\n]*toa do", folded[begin.end() :]) if begin else None
    if not begin:
        return
    part = text[begin.end() : begin.end() + end.start() if end else len(text)]
    for index, row in enumerate(_ROW.finditer(part)):
        yield f"parcels.{index}.parcel_number", row[1]
        yield f"parcels.{index}.map_sheet_number", row[2]
        yield f"parcels.{index}.area_m2", values.area(row[3]) or ""
        yield f"parcels.{index}.term", (values.term(row[4]) or "") if row[4] else ""
        yield f"parcels.{index}.address", _tidy(text[land.start(1) : land.end(1)]) if land else ""


def _issue(text: str, folded: str) -> Iterator[tuple[str, str]]:
    serial = _SERIAL_LINE.search(text) or _SERIAL.search(text)
    if serial:
        yield "serial_number", f"{serial[1]} {serial[2]}"
    if barcode := re.search(r"\b\d{15}\b|\b\d{13}\b", text):
        yield "barcode", barcode[0]
    dated = _DATE.search(folded)
    if not dated:
        return
    yield "issue_date", values.iso_date(dated[2]) or ""
    yield "issue_place", _tidy(text[dated.start(1) : dated.end(1)])
    after, plain = text[dated.end() :], folded[dated.end() :]
    if authority := _AUTHORITY.search(plain):
        yield "issuing_authority", _tidy(after[authority.start(1) : authority.end(1)])
    titles = list(_TITLE.finditer(plain[:400]))
    if titles:
        yield "signer_title", " ".join(nfc(after[one.start() : one.end()]) for one in titles[:2]).strip(" .,;")
        name = re.search(r"^[^\W\d_]+(?: [^\W\d_]+){1,4}$", after[titles[-1].end() :], re.MULTILINE)
        yield "signer_name", name[0] if name else ""
