"""From a draft to a field: settle the readers, look into lists, weigh the confidence, note every correction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from certificate.geometry import Box
from certificate.identity import IdType, id_type
from certificate.record import Decision, FieldReading, Finding, Form
from certificate.rules.catalogue import make_finding
from certificate.text import comparable
from ocr.grammar import lists
from ocr.grammar.backing import contested_words, overruled_words, unbacked_words
from ocr.grammar.confidence import HANDWRITTEN_FROM, Evidence, Setting, decide, features
from ocr.grammar.doubts import is_doubtful
from ocr.grammar.drafts import Draft, Kind
from ocr.grammar.flow import FaceText
from ocr.grammar.fusion import NUMERIC, Settled, settle
from ocr.grammar.shapes import BROKEN, USUAL, shape
from ocr.recognise import Reading

# What may look odd in scans because a digit was lost is just so where it was born digital.
_EXACT_IN_LAYER = frozenset({Kind.REGISTER, Kind.ID_NUMBER, Kind.NUMBER, Kind.CODE, Kind.NAME})


# From this share of owners and parcels written by hand on, all of them are.
_FILLED_IN = 0.25
_DOUBTED = 0.5
# Offices print or stamp who they are: what one reader read just so is no handwriting, whatever crosses it.
_OF_OFFICES = (Kind.TITLE, Kind.AUTHORITY)
_OF_PEOPLE_AND_PLACES = (Kind.NAME, Kind.ORGANISATION, Kind.ADDRESS)


class FieldMaker:
    """Makes the fields of one record and collects what there is to remark about them."""

    def __init__(self, faces: Sequence[FaceText], form: Form) -> None:
        self.form = form
        self.findings: list[Finding] = []
        self.settled: dict[str, tuple[Kind, Settled, Evidence]] = {}
        self._faces = {face.index: face for face in faces}
        self._company: dict[str, float] = {}
        self._among_hand: frozenset[str] = frozenset()

    def make(self, draft: Draft) -> FieldReading:
        """The field of a draft."""
        if draft.piece is None:
            return empty_field()
        if draft.kind in (Kind.ROLE, Kind.CODE):
            return self._given(draft)
        settled = settle(draft.kind, draft.piece, self.form, self._reread)
        settled, evidence = lists.look_up(draft, settled, self.form)
        if draft.kind in _OF_OFFICES and evidence.in_list and not evidence.mended:
            settled = replace(settled, handwritten=0.0)
        # A hamlet's name that each reader has otherwise: no list has them all.
        lone_word = draft.kind is Kind.ADDRESS and self._unbacked(draft.kind, settled, evidence) > 0
        doubted = draft.doubted or lone_word or is_doubtful(draft.kind, draft.piece.text, settled)
        doubted = doubted or self._is_contested(draft.kind, settled, evidence)
        evidence = replace(evidence, contradicted=evidence.contradicted or doubted)
        self.settled[draft.path] = (draft.kind, settled, evidence)
        sure, decision = decide(draft.kind, settled, evidence, self._setting(draft.path))
        codes = []
        if evidence.mended and settled.value:
            codes.append(self.note("corrected_by_list", draft.path, raw=settled.raw or "", value=settled.value))
        if settled.handwritten >= 0.5:
            codes.append(self.note("handwritten", draft.path))
        elif decision is Decision.REVIEW and not settled.agree:
            codes.append(self.note("readers_differ", draft.path))
        face = self._faces[draft.piece.face_index].read.face
        return FieldReading(
            value=settled.value,
            raw=settled.raw,
            confidence=sure,
            decision=decision,
            page_number=face.page_number,
            part=face.part,
            box=clamp(draft.piece.box, face.width_px, face.height_px),
            readings=settled.readings,
            findings=tuple(codes),
        )

    def facts(self) -> dict[str, tuple[Kind, dict[str, float]]]:
        """What each field's confidence was weighed from, by path."""
        return {
            path: (kind, features(settled, evidence, self._setting(path)))
            for path, (kind, settled, evidence) in self.settled.items()
        }

    def in_company(self, fields: Mapping[str, FieldReading]) -> dict[str, FieldReading]:
        """The fields with their confidence weighed once more, now that all of the certificate is read.

        Where readers agree on the neighbours, an agreement is worth more; on a picture that they quarrel over, less.
        """
        printed = [
            path for path, (_, settled, _) in self.settled.items()
            if path in fields and settled.handwritten < HANDWRITTEN_FROM
        ]  # fmt: skip
        agreeing = sum(self.settled[path][1].agree for path in printed)
        self._among_hand = self._beside_handwriting(fields)
        for path in fields:
            own = path in printed
            agreed = agreeing - (own and self.settled[path][1].agree)
            # Two neighbours more, nearly agreeing, steady what few fields would say.
            self._company[path] = (agreed + 2.0) / (len(printed) - own + 2.5)
        weighed = {
            path: self.weigh(path, field) if field.value is not None else field for path, field in fields.items()
        }
        return {path: _with_its_number(path, field, weighed) for path, field in weighed.items()}

    def _beside_handwriting(self, fields: Mapping[str, FieldReading]) -> frozenset[str]:
        """The paths of values that stand among values written by hand: a filled-in form, a row of the changes."""
        pens = [path for path, (_, told, _) in self.settled.items() if told.handwritten >= HANDWRITTEN_FROM]
        filled = [path for path in self.settled if path.startswith(("owners.", "parcels."))]
        by_hand = sum(path in pens for path in filled) > _FILLED_IN * len(filled)
        rows = {path.rsplit(".", 1)[0] for path in pens if path.startswith("changes.")}
        return frozenset(
            path
            for path in fields
            if path.rsplit(".", 1)[0] in rows
            or (by_hand and path != "serial_number" and not path.startswith("changes."))
        )

    def weigh(
        self, path: str, field: FieldReading, *, checked: bool = False, contradicted: bool = False
    ) -> FieldReading:
        """The field with its confidence weighed again, now that another field speaks for or against it."""
        if path not in self.settled:
            return field
        kind, settled, evidence = self.settled[path]
        evidence = replace(
            evidence, checked=evidence.checked or checked, contradicted=evidence.contradicted or contradicted
        )
        self.settled[path] = (kind, settled, evidence)
        sure, decision = decide(kind, settled, evidence, self._setting(path))
        return field.replace(confidence=sure, decision=decision)

    def correct(self, path: str, field: FieldReading, value: str) -> FieldReading:
        """The field with a value that another field proves right, never silently."""
        kind, settled, evidence = self.settled[path]
        self.settled[path] = (kind, replace(settled, value=value), evidence)
        code = self.note("corrected_by_cross_check", path, raw=field.raw or "", value=value)
        return field.replace(value=value, findings=(*field.findings, code))

    @staticmethod
    def doubt_code(field: FieldReading) -> FieldReading:
        """A code that was read from its bars and says what no certificate's does."""
        return field.replace(confidence=min(field.confidence, _DOUBTED), decision=Decision.REVIEW)

    def is_listed(self, path: str) -> bool:
        """Whether the value at a path stands in the list of what may stand there."""
        return path not in self.settled or self.settled[path][2].in_list

    def note(self, code: str, path: str, **values: str) -> str:
        """Remark something about a field; the code is handed back for the field itself."""
        self.findings.append(make_finding(code, (path,), **values))
        return code

    def _reread(self, face_index: int, box: Box) -> Mapping[str, Reading]:
        return self._faces[face_index].read.reread(box)

    def _setting(self, path: str) -> Setting:
        kind, settled, _ = self.settled[path]
        like = shape(kind, path, settled.value) if settled.value else USUAL
        # What a paper or a role is taken for stands or falls with the number or the name beside it.
        beside = path.replace("id_type", "id_number") if kind is Kind.CODE else path.replace("role", "full_name")
        if beside != path and beside in self.settled:
            other, told, _ = self.settled[beside]
            like = min(like, shape(other, beside, told.value or ""))
        if settled.text_layer and kind in _EXACT_IN_LAYER and like > BROKEN:
            like = max(like, USUAL)
        among = path in self._among_hand or (self.form is Form.LD1993 and kind is not Kind.SERIAL)
        alone = self._unbacked(kind, settled, self.settled[path][2])
        return Setting(like, self._company.get(path, 0.9), self.form, among and not settled.text_layer, alone)

    @staticmethod
    def _unbacked(kind: Kind, settled: Settled, evidence: Evidence) -> int:
        if settled.agree or settled.text_layer or not settled.value:
            return 0
        if kind in NUMERIC:
            # A sum, words or a code that say the same are a second reader.
            return 0 if evidence.checked else 1
        if evidence.mended or (kind is Kind.NAME and not settled.own):
            # No reader gave the whole of it; of names there is no language that would tell.
            return 1
        return unbacked_words(settled.value, kind, settled.seen, in_list=evidence.in_list)

    @staticmethod
    def _is_contested(kind: Kind, settled: Settled, evidence: Evidence) -> bool:
        if settled.text_layer or not settled.value:
            return False
        if kind is Kind.TEXT:
            return overruled_words(settled.value, settled.readings) > 0
        told = kind in _OF_PEOPLE_AND_PLACES
        return told and contested_words(settled.value, kind, settled.readings, in_list=evidence.in_list) > 0

    def _given(self, draft: Draft) -> FieldReading:
        """A value that the layout tells: as sure as the words that told it."""
        assert draft.piece is not None
        value = draft.given
        if draft.kind is Kind.CODE and draft.path.endswith("id_type"):
            value = self._paper(draft)
        settled = settle(Kind.ID_NUMBER if draft.kind is Kind.CODE else Kind.TEXT, draft.piece, self.form, None)
        told = replace(settled, value=value, plausible=1.0)
        evidence = Evidence(in_list=True, contradicted=draft.doubted)
        self.settled[draft.path] = (draft.kind, told, evidence)
        sure, decision = decide(draft.kind, told, evidence, self._setting(draft.path))
        face = self._faces[draft.piece.face_index].read.face
        box = clamp(draft.piece.box, face.width_px, face.height_px)
        return FieldReading(value, settled.raw, sure, decision, face.page_number, face.part, box, settled.readings)

    def _paper(self, draft: Draft) -> str:
        """Which paper a number belongs to, by its length; the label only where the length leaves it open."""
        number = self.settled.get(draft.path.replace("id_type", "id_number"))
        assert draft.piece is not None
        text = number[1].value if number else settle(Kind.ID_NUMBER, draft.piece, self.form, None).value
        found = id_type(text or "")
        label = draft.given or "person"
        if label in ("military", "passport", "decision", "tax_code") and found not in (IdType.CCCD, IdType.CMND):
            return label
        return found.value if found else "cccd" if len(text or "") >= 11 else "cmnd"

    def from_code(self, value: str, face: FaceText, box: Box, printed: FieldReading | None = None) -> FieldReading:
        """A field that a barcode or QR code says; ``printed`` is what was read of the same field in print."""
        page = face.read.face
        readings = {"code": value} | (dict(printed.readings) if printed else {})
        place = printed.box if printed and printed.box else clamp(box, page.width_px, page.height_px)
        return FieldReading(value, value, 0.999, Decision.ACCEPT, page.page_number, page.part, place, readings)

    def with_required(self, fields: Mapping[str, FieldReading], required: Sequence[str]) -> dict[str, FieldReading]:
        """The fields with an empty one, for review, in the place of each that the form requires and lacks."""
        return dict(fields) | {path: empty_field() for path in required if path not in fields}


def _with_its_number(path: str, field: FieldReading, fields: Mapping[str, FieldReading]) -> FieldReading:
    """Which paper it is was told by its number's length and letters, so that it is no surer than the number."""
    number = fields.get(path.replace("id_type", "id_number"))
    if not path.endswith(".id_type") or number is None or number.confidence >= field.confidence:
        return field
    sure = number.decision is Decision.ACCEPT
    return field.replace(confidence=number.confidence, decision=field.decision if sure else Decision.REVIEW)


def empty_field() -> FieldReading:
    """A field that the form requires and nobody could read."""
    return FieldReading(None, None, 0.0, Decision.REVIEW)


def clamp(box: Box, width_px: int, height_px: int) -> Box:
    """The box kept inside its face, at least one pixel wide and high."""
    left, top = max(0, min(int(box.left), width_px - 1)), max(0, min(int(box.top), height_px - 1))
    return Box(left, top, max(left + 1, min(int(box.right), width_px)), max(top + 1, min(int(box.bottom), height_px)))


def same(left: str | None, right: str | None) -> bool:
    """Whether two values are the same by the record's rule."""
    return left is not None and right is not None and comparable(left) == comparable(right)
