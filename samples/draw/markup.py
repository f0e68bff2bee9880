"""Pieces of HTML that every form shares: values, lines, parcels, owners, the signing block."""

from __future__ import annotations

from decimal import Decimal
from html import escape, unescape
from random import Random

from samples.draw.facts import Certificate, Owner, Parcel, Purpose
from samples.draw.look import Look
from samples.draw.ornament import seal, signature
from samples.draw.words import NumberStyle, area, digits

# Other words for the same labels, for the stray style; every certificate picks one of each.
_STRAY_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Thửa đất số", ("Thửa số", "Số thửa", "Thửa đất số", "Số hiệu thửa đất")),
    ("Tờ bản đồ số", ("Tờ số", "Tờ bản đồ", "Số tờ bản đồ")),
    ("Địa chỉ thửa đất", ("Vị trí thửa đất", "Địa chỉ", "Tại")),
    ("Diện tích", ("Diện tích", "Diện tích thửa đất", "Tổng diện tích")),
    ("Hình thức sử dụng", ("Hình thức", "Hình thức sử dụng")),
    ("Mục đích sử dụng", ("Mục đích", "Mục đích sử dụng đất", "Loại đất")),
    ("Thời hạn sử dụng", ("Thời hạn", "Thời hạn sử dụng")),
    ("Nguồn gốc sử dụng", ("Nguồn gốc", "Nguồn gốc sử dụng")),
    ("Địa chỉ thường trú", ("Hộ khẩu thường trú", "Nơi ĐKHKTT", "Chỗ ở hiện nay", "Địa chỉ thường trú")),
    ("Số vào sổ cấp GCN", ("Vào sổ số", "Số vào sổ", "Số vào sổ cấp GCN QSDĐ")),
    ("Ghi chú", ("Ghi chú", "Những ghi chú")),
)


# What a clerk fills into a book by hand: everything but its serial, its labels and the signing block's print.
_ALL_VALUES = ("owners", "parcels", "other_assets", "notes", "issue_date", "issue_place", "changes")


class Pen:
    """Writes the pieces of one certificate in its look; every choice of wording is drawn once and kept."""

    def __init__(self, rng: Random, look: Look, certificate: Certificate, *, by_hand: bool = False) -> None:
        self.rng = rng
        self.look = look
        self.certificate = certificate
        self.by_hand = by_hand
        # Paths of what is written by pen; a path stands for all below it.
        self.written: list[str] = list(_ALL_VALUES) if by_hand else []
        self.numbers: NumberStyle = certificate.numbers
        self.dash = look.dash
        stray = Random(f"stray {certificate.serial_number}")
        self._words = [(old, stray.choice(new)) for old, new in _STRAY_WORDS] if look.is_wild else []
        self.birth_label = rng.choice(["Năm sinh:", "Năm sinh:", "Sinh năm:", "Sinh năm", "Năm sinh"])

    def value(self, text: str) -> str:
        """A printed value, bold where the look says so, the square of m² raised where it is a raised 2."""
        if self.by_hand:
            return self.by_pen(text)
        shown = escape(text)
        if self.look.square_sup:
            shown = shown.replace("m²", "m<sup>2</sup>")
        return f'<span class="value">{shown}</span>'

    def area(self, value: Decimal) -> str:
        return self.value(area(value, self.numbers))

    def label(self, text: str) -> str:
        for usual, stray in self._words:
            if f"{usual}:" in text:
                text = text.replace(usual, stray)
                break
        return f'<span class="label">{escape(text)}</span>'

    def line(self, label: str, value_html: str, *, leader: bool = True) -> str:
        """A line of its own: label, value, and a dotted leader behind where the look has them."""
        dots = '<span class="leader"></span>' if leader and self.look.leader_kind == "tail" else ""
        return f'<p class="row">{self.label(label)}{self.look.value_gap}{value_html}{dots}</p>'

    def by_pen(self, text: str, path: str = "") -> str:
        """Text that looks written by hand, every letter a little off; ``path`` is the field that it tells."""
        if path:
            self.written.append(path)
        words = " ".join(
            f'<span class="word">{"".join(self._penned(c) for c in word)}</span>' for word in text.split(" ")
        )
        return f'<span class="pen">{words}</span>'

    def _penned(self, letter: str) -> str:
        rng = self.rng
        turn, drop, size = rng.uniform(-7, 7), rng.uniform(-0.7, 0.7), rng.uniform(0.9, 1.12)
        return f'<i style="transform:rotate({turn:.1f}deg) translateY({drop:.2f}px) scale({size:.2f})">{escape(letter)}</i>'

    def owner_lines(self, owner: Owner) -> str:
        """An owner over several lines, as most offices print it."""
        rng, look = self.rng, self.look
        name = self.value(owner.full_name + (look.terse_end if look.terse_end == ";" and rng.random() < 0.3 else ""))
        before = owner.text_before
        bare_word = before.split()[-1].casefold() if before else ""
        if before and not before.endswith(":") and (bare_word not in {"bà", "ông"} or rng.random() < 0.75):
            before += ":"
        rows = [f'<p class="row owner">{self.label(before) + look.value_gap if before else ""}{name}</p>']
        facts = self._facts(owner)
        if facts:
            rows.append(f'<p class="row">{facts}</p>')
        if owner.address:
            rows.append(self.line(owner.address_label, self.value(owner.address + look.terse_end)))
        return "".join(rows)

    def _facts(self, owner: Owner) -> str:
        parts = []
        if owner.birth_year:
            parts.append(self.label(self.birth_label) + " " + self.value(owner.birth_year))
        if owner.id_number:
            parts.append(self.label(owner.id_label) + " " + self.value(owner.id_number))
        glue = self.rng.choice([", ", "; ", ", ", "&emsp;&emsp;"])
        return glue.join(parts)

    def owner_inline(self, owner: Owner) -> str:
        """An owner in one running sentence."""
        before = owner.text_before.rstrip(":")
        parts = [f"{self.label(before)} {self.value(owner.full_name)}"]
        if owner.birth_year:
            parts.append(
                f"{self.label(self.rng.choice(['sinh năm', 'Sinh năm:', 'năm sinh:', 'sinh năm:']))} {self.value(owner.birth_year)}"
            )
        if owner.id_number:
            parts.append(f"{self.label(owner.id_label)} {self.value(owner.id_number)}")
        if owner.address:
            parts.append(
                f"{self.label(owner.address_label[0].lower() + owner.address_label[1:])} {self.value(owner.address)}"
            )
        return f'<p class="row running">{self.rng.choice([", ", "; "]).join(parts)}</p>'

    def owners(self) -> str:
        """The owner section, by lines or running."""
        inline = self.look.owners_inline
        return "".join(self.owner_inline(o) if inline else self.owner_lines(o) for o in self.certificate.owners)

    def purpose(self, purpose: Purpose, *, alone: bool) -> str:
        text = escape(purpose.name) + (f" ({purpose.code})" if purpose.shows_code and purpose.code else "")
        if purpose.area_m2 is not None:
            text += (": " if not alone or self.look.variant % 2 else " ") + area(purpose.area_m2, self.numbers)
        return self.value_html(text)

    def value_html(self, html: str) -> str:
        if self.by_hand:
            return self.by_pen(unescape(html))
        if self.look.square_sup:
            html = html.replace("m²", "m<sup>2</sup>")
        return f'<span class="value">{html}</span>'

    def purposes(self, parcel: Parcel) -> str:
        return self.value_html("; ").join(self.purpose(p, alone=len(parcel.purposes) == 1) for p in parcel.purposes)

    def term(self, parcel: Parcel) -> str:
        if parcel.term:
            return self.value(parcel.term.text)
        short = self.look.variant % 2 == 0
        parts = []
        for purpose in parcel.purposes:
            assert purpose.term
            name = "Đất ở" if short and purpose.code in {"ONT", "ODT"} else purpose.name
            parts.append(f"{name}: {purpose.term.text}")
        return self.value("; ".join(parts))

    def sign_block(self, prefix: str, *, date_line: str = "") -> str:
        """Place and date, authority, title, seal and signature over the name."""
        made, look, rng = self.certificate, self.look, self.rng
        year, month, day = (made.issue_date or "2000-01-01").split("-")
        by_pen = rng.random() < 0.08
        numbers = [f"{day}", f"{month}" if rng.random() < 0.6 or int(month) < 3 else f"{int(month)}", year]
        shown = [self.by_pen(n, "issue_date") if by_pen else self.value(n) for n in numbers]
        when = (
            date_line
            or f"{self.value(made.issue_place or '')}, {self.label('ngày')} {shown[0]} {self.label('tháng')} {shown[1]} {self.label('năm')} {shown[2]}"
        )
        authority = escape(f"{prefix}{made.issuing_authority or ''}")
        titles = "".join(f"<div>{escape(line)}</div>" for line in made.signer_title_lines)
        seed = rng.randint(0, 10**9)
        office = made.issuing_authority or made.office
        return (
            f'<div class="sign"><div class="when">{when}</div><div class="authority">{authority}</div><div class="title">{titles}</div>'
            f'<div class="ink"><div class="stamp">{seal(office[:46], look.seal_side_mm, seed)}</div>{signature(seed + 1, rng.uniform(38, 56), rng.uniform(15, 24), look.pen_ink)}</div>'
            f'<div class="signer">{escape(made.signer_name or "")}</div></div>'
        )

    def parcel_table(self) -> str:
        """Many parcels as a table with wrapped cells."""
        parcels = self.certificate.parcels
        style = self.numbers
        rng = self.rng
        heads = [
            rng.choice(["Thửa đất số", "Thửa đất số", "Số thửa", "Thửa số"]),
            rng.choice(["Tờ bản đồ số", "Tờ bản đồ số", "Số tờ bản đồ", "Tờ số"]),
            rng.choice(["Diện tích (m²)", "Diện tích (m2)", "Diện tích"]),
            rng.choice(["Mục đích sử dụng", "Mục đích sử dụng", "Mục đích sử dụng đất"]),
            rng.choice(["Thời hạn sử dụng", "Thời hạn sử dụng", "Thời hạn sử dụng đất"]),
            rng.choice(["Nguồn gốc sử dụng", "Nguồn gốc sử dụng", "Nguồn gốc sử dụng đất"]),
        ]
        order = [1, 0, 2, 3, 4, 5] if rng.random() < 0.3 else [0, 1, 2, 3, 4, 5]
        count_rows = self.look.table_numbers_rows
        rows = []
        for number, parcel in enumerate(parcels, 1):
            term = parcel.term.text if parcel.term else ""
            size = digits(parcel.area_m2, style)
            cells = [
                parcel.parcel_number,
                parcel.map_sheet_number,
                size,
                parcel.purposes[0].name,
                term,
                parcel.origin or "",
            ]
            shown = ([str(number)] if count_rows else []) + [cells[at] for at in order]
            rows.append("<tr>" + "".join(f"<td>{self.value(cell)}</td>" for cell in shown) + "</tr>")
        heads = (["STT"] if count_rows else []) + [heads[at] for at in order]
        head = "<tr>" + "".join(f"<th>{escape(h)}</th>" for h in heads) + "</tr>"
        return f'<table class="parcels">{head}{"".join(rows)}</table>'
