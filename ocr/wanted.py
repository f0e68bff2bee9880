"""Which lines more readers than LineNet are asked about: those that values stand on, and those it is not sure of.

Half of what is printed on a certificate are titles, headings and sentences of the form, of which LineNet's reading
alone tells enough. Owns that choice; what the readers make of the lines is weighed in ``ocr.grammar``.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from certificate.text import nfc
from ocr.grammar import cccd
from ocr.grammar.drafts import Draft
from ocr.grammar.extract import certificate_drafts
from ocr.grammar.flow import FaceText, face_text
from ocr.grammar.forms import FaceKind, Family, face_kind, group_faces, settle_kinds
from ocr.reading import SURE_LETTERS, Place, Wanted, all_places
from ocr.recognise import LINENET, Line, ReadFace

# Of fewer letters the other readers tell whether they are any.
_FEW_LETTERS = 4
# A doubtful line of fewer is a stroke of a sketch or a signature, a scrap of a seal, a number.
_TELLING_LETTERS = 8


def lines_that_matter(faces: Sequence[ReadFace]) -> Wanted:
    """The lines that more readers should read, given what LineNet read on all lines.

    All lines of faces that look like no certificate: it may be LineNet that does not see what they are.
    """
    places = {id(line): (at, number) for at, face in enumerate(faces) for number, line in enumerate(face.lines)}
    doubtful = {places[id(line)]: line for face in faces for line in face.lines if _is_open(line)}
    values: set[Place] = set()
    texts = [face_text(at, _as_it_stands(face)) for at, face in enumerate(faces)]
    kinds = settle_kinds([face_kind(text) for text in texts])
    for members in group_faces(kinds):
        group = [(_numbered(texts[at], kinds[at]), kinds[at]) for at in members]
        families = [kind.family for _, kind in group if kind.family]
        if not families:
            values |= {place for place in all_places(faces) if place[0] in members}
            continue
        ordered = [text for text, _ in sorted(group, key=lambda pair: pair[1].number or 9)]
        values |= {
            places[id(run.line.line)]
            for draft in _drafts(ordered, families[0])
            if draft.piece
            for run in draft.piece.runs
            if id(run.line.line) in places
        }
    # A value that LineNet misread may not be told to be one.
    telling = {place for place, line in doubtful.items() if _letters(line) >= _TELLING_LETTERS}
    return Wanted(by_all=frozenset(values | telling), by_two=frozenset(doubtful.keys() - telling))


def _drafts(faces: Sequence[FaceText], family: Family) -> Sequence[Draft]:
    return cccd.read_card(faces) if family is Family.CARD else certificate_drafts(faces, family)


def _is_open(line: Line) -> bool:
    """Whether LineNet's reading alone does not tell what stands there."""
    spelt = line.readings.get(LINENET)
    if spelt is None:
        return False
    return _letters(line) < _FEW_LETTERS or min(spelt.letters, default=0.0) < SURE_LETTERS


def _letters(line: Line) -> int:
    spelt = line.readings.get(LINENET)
    return sum(letter.isalnum() for letter in nfc(spelt.text)) if spelt else 0


def _as_it_stands(face: ReadFace) -> ReadFace:
    """The face without ways back to its picture: what is sought there is read by all anyway."""
    return ReadFace(face.face, face.lines, face.codes, face.image, face.pinkness)


def _numbered(text: FaceText, kind: FaceKind) -> FaceText:
    face = dataclasses.replace(text.read.face, face=kind.number)
    return dataclasses.replace(text, read=dataclasses.replace(text.read, face=face))
