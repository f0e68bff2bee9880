"""What one asks the population registry about an owner, and what its answer means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RegistryVerdict(StrEnum):
    """What the registry's answer says of one owner."""

    MATCH = "match"
    NAME_DIFFERS = "name_differs"
    BIRTH_YEAR_DIFFERS = "birth_year_differs"
    GENDER_DIFFERS = "gender_differs"
    ONLY_OLD_ID = "only_old_id"
    DECEASED = "deceased"
    NOT_FOUND = "not_found"
    UNAVAILABLE = "unavailable"
    NOT_ASKED = "not_asked"


class NameDifference(StrEnum):
    """By how much two names differ, smallest first."""

    NONE = "none"
    ONE_TONE_MARK = "one_tone_mark"
    ONE_LETTER = "one_letter"
    ANOTHER_NAME = "another_name"


@dataclass(frozen=True, slots=True)
class OwnerQuery:
    """An owner as printed on the certificate. ``id_number`` is a CMND (9 digits) or a personal number (12)."""

    full_name: str
    id_number: str | None
    birth_year: str | None = None
    gender: str | None = None


@dataclass(frozen=True, slots=True)
class Citizen:
    """A person as the registry knows them; dates are ISO, ``status`` is alive, deceased or replaced."""

    citizen_id: str
    old_id: str | None
    full_name: str
    birth_date: str
    gender: str
    address: str
    status: str


@dataclass(frozen=True, slots=True)
class RegistryAnswer:
    """The verdict on one owner and the evidence for it.

    ``citizen`` is what the registry gave, if anybody was found. ``asked_at`` is ISO with offset; ``officer_code`` is
    who asked.
    """

    verdict: RegistryVerdict
    citizen: Citizen | None = None
    name_difference: NameDifference = NameDifference.NONE
    asked_at: str | None = None
    officer_code: str | None = None

    @property
    def lacks_new_number(self) -> bool:
        """Whether the number asked is an old one, and the registry does not say which came in its place."""
        is_old = self.verdict is RegistryVerdict.ONLY_OLD_ID
        return is_old and (self.citizen is None or self.citizen.status == "replaced")


class JoinedBy(StrEnum):
    """What showed that an identity card belongs to an owner, surest first."""

    ID_NUMBER = "id_number"
    OLD_ID_NUMBER = "old_id_number"
    NAME_AND_BIRTH_YEAR = "name_and_birth_year"


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """An identity card scanned beside a certificate; ``certificate_id`` and ``page_number`` say where it lies."""

    id_number: str
    full_name: str
    old_id_number: str | None = None
    birth_date: str | None = None
    gender: str | None = None
    certificate_id: str = ""
    page_number: int | None = None


@dataclass(frozen=True, slots=True)
class OwnersCard:
    """An owner's identity card, and what joined the two."""

    card: IdentityCard
    joined_by: JoinedBy
