"""Finding certificates, the same on both engines."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from certificate.citizens import Citizen, RegistryAnswer, RegistryVerdict
from certificate.errors import NotFound
from certificate.reading import CertificateReading, ScanReading
from certificate.record import Decision, FieldReading, Form, Record
from certificate.search_query import SearchQuery, read_query
from certificate.states import State
from store.database import Database, UnitOfWork
from store.rows import NewScan, OwnerAnswerRow, SearchScope
from store.search_index import engine_index_is_sound, index_faults, rebuild_engine_index, refresh_entry

EVERYTHING = SearchScope()


def add(work: UnitOfWork, name: str, *, office: str = "", who: str = "lan", **values: str) -> str:
    """A certificate with an owner of this name; further values by path, ``__`` for a dot."""
    number = len(work.scans.list().items) + 1
    scan = work.scans.add(NewScan(f"{number:064x}", f"{number}.pdf", "application/pdf", 10, who, office=office))
    work.scans.move(scan.id, State.RECEIVED, State.READING)
    fields = {"owners.0.full_name": name, **{path.replace("__", "."): value for path, value in values.items()}}
    record = Record(
        "a.pdf",
        Form.TT23_2014,
        0.99,
        (),
        {path: FieldReading(value, value, 0.99, Decision.ACCEPT) for path, value in fields.items()},
    )
    (row,) = work.certificates.replace_reading(scan.id, ScanReading(1, (CertificateReading(record, ()),)))
    return row.id


def find(database: Database, query: SearchQuery | str, scope: SearchScope = EVERYTHING) -> list[str]:
    """The ids that a query finds, in order."""
    wanted = read_query(query) if isinstance(query, str) else query
    with database.unit_of_work(read_only=True) as work:
        return [hit.certificate_id for hit in work.search.find(wanted, scope).items]


def test_names_are_found_without_accents_and_exact_accents_come_first(database: Database) -> None:
    """ "nguyen van dat" finds Nguyễn Văn Đạt; who types accents sees those first; ``đ`` is ``d``."""
    with database.unit_of_work() as work:
        exact = add(work, "NGUYỄN VĂN ĐẠT")
        other = add(work, "NGUYỄN VĂN DẠT")
        longer = add(work, "Nguyễn Văn Thành Đạt")
        stranger = add(work, "TRẦN THỊ MẪU")
        work.commit()
    assert set(find(database, "nguyen van dat")) == {exact, other, longer}
    # The newest would come first, but for the accents; all words apart come after those side by side.
    assert find(database, "Nguyễn Văn Đạt") == [exact, other, longer]
    assert find(database, "Nguyễn Văn Dạt") == [other, exact, longer]
    assert find(database, SearchQuery(owner="tran thi mau")) == [stranger]


def test_one_wrong_letter_is_forgiven_in_names(database: Database) -> None:
    """A slip of the finger still finds the man; two slips do not; exact ones come first."""
    with database.unit_of_work() as work:
        phuoc = add(work, "LÊ HỮU PHƯỚC")
        work.commit()
    for typed in ("le huu phuoc", "le huu phuo", "le huu phuocc", "le huu phuax", "lê hữu phưóc", "le hvu phuoc"):
        expected = [] if typed == "le huu phuax" else [phuoc]
        assert find(database, SearchQuery(owner=typed)) == expected, typed


def test_numbers_are_found_in_any_spelling(database: Database) -> None:
    """Serial and register numbers by their beginning, identity numbers whole, old and new."""
    with database.unit_of_work() as work:
        first = add(
            work,
            "NGUYỄN VĂN MẪU",
            serial_number="BX 123456",
            register_number="CH01234",
            owners__0__id_number="012345678",
        )
        second = add(work, "TRẦN THỊ MẪU", serial_number="AA 06654954", register_number="CS 03027")
        work.certificates.save_answers(
            first,
            [
                OwnerAnswerRow(
                    0,
                    RegistryAnswer(
                        RegistryVerdict.ONLY_OLD_ID,
                        Citizen("091070000017", "012345678", "Nguyễn Văn Mẫu", "1970-03-02", "male", "", "alive"),
                    ),
                )
            ],
        )
        work.commit()
    for typed in ("BX 123456", "bx123456", "BX 1234", "CH01234", "ch 01234", "012345678", "091070000017"):
        assert find(database, typed) == [first], typed
    assert find(database, SearchQuery(serial="aa 0665")) == [second]
    assert find(database, SearchQuery(register="CS03027")) == [second]
    assert find(database, SearchQuery(id_number="01234567")) == []


def test_another_persons_number_does_not_lead_here(database: Database) -> None:
    """The registry found somebody else under the number: that person's new number is not this owner's."""
    with database.unit_of_work() as work:
        found = add(work, "NGUYỄN VĂN MẪU", owners__0__id_number="012345678")
        citizen = Citizen("091070000017", "012345678", "Lê Văn Khác", "1950-01-01", "male", "", "alive")
        answer = RegistryAnswer(RegistryVerdict.NAME_DIFFERS, citizen)
        work.certificates.save_answers(found, [OwnerAnswerRow(0, answer)])
        work.commit()
    assert find(database, "091070000017") == []
    assert find(database, "012345678") == [found]


def test_parcels_communes_and_days(database: Database) -> None:
    """A parcel by sheet and number, a commune by its old and its new name, days with their ends."""
    with database.unit_of_work() as work:
        old = add(
            work,
            "NGUYỄN VĂN MẪU",
            parcels__0__parcel_number="215",
            parcels__0__map_sheet_number="12",
            parcels__0__address="xã Thạnh Đông, huyện Tân Hiệp, tỉnh Kiên Giang",
            issue_date="2015-05-12",
        )
        new = add(
            work,
            "TRẦN THỊ MẪU",
            parcels__0__parcel_number="12",
            parcels__0__map_sheet_number="215",
            parcels__0__address="xã Thạnh Lộc, huyện Giồng Riềng, tỉnh Kiên Giang",
            issue_date="2016",
        )
        work.commit()
    assert find(database, "tờ 12 thửa 215") == [old]
    assert find(database, SearchQuery(map_sheet="012")) == [old]
    assert find(database, SearchQuery(parcel="12")) == [new]
    # Old Thạnh Đông (Tân Hiệp) lies in the new commune Tân Hiệp, old Thạnh Lộc (Giồng Riềng) in Thạnh Hưng.
    assert find(database, SearchQuery(commune="Thạnh Đông, huyện Tân Hiệp, tỉnh Kiên Giang")) == [old]
    assert old in find(database, SearchQuery(commune="tan hiep"))
    assert find(database, SearchQuery(commune="xã Thạnh Hưng, tỉnh An Giang")) == [new]
    assert find(database, SearchQuery(commune="không có xã này")) == []
    assert find(database, SearchQuery(issued_from=date(2015, 5, 12), issued_to=date(2015, 5, 12))) == [old]
    assert find(database, SearchQuery(issued_from=date(2015, 5, 13))) == [new]
    assert find(database, SearchQuery(text="mẫu", issued_to=date(2015, 12, 31))) == [old]


def test_full_text_reaches_every_field_and_todays_names(database: Database) -> None:
    """Words of notes, origins and places, old and today's; all of them must stand in one record."""
    with database.unit_of_work() as work:
        found = add(
            work,
            "NGUYỄN VĂN MẪU",
            notes="Thửa đất thuộc hành lang an toàn đường bộ",
            parcels__0__address="xã Thạnh Lộc, huyện Giồng Riềng, tỉnh Kiên Giang",
        )
        add(work, "TRẦN THỊ MẪU", notes="Không")
        work.commit()
    assert find(database, "hanh lang mau") == [found]
    assert find(database, "thanh hung") == [found]
    assert find(database, "hành lang thửa vườn") == []


def test_everybody_finds_only_what_they_may_see(database: Database) -> None:
    """A clerk finds their own scans, an officer those of the office, whatever they look for."""
    with database.unit_of_work() as work:
        mine = add(work, "NGUYỄN VĂN MẪU", office="tan-hiep", who="lan", serial_number="BX 123456")
        theirs = add(work, "NGUYỄN VĂN MẪU", office="giong-rieng", who="hai", serial_number="BX 123457")
        work.commit()
    for query in ("nguyen van mau", "BX 12345", SearchQuery(issued_from=None, text="mau")):
        assert set(find(database, query)) == {mine, theirs}
        assert find(database, query, SearchScope(office="tan-hiep")) == [mine]
        assert find(database, query, SearchScope(uploaded_by="hai")) == [theirs]
        assert find(database, query, SearchScope(office="tan-hiep", uploaded_by="hai")) == []
    assert find(database, SearchQuery(office="giong-rieng")) == [theirs]
    with database.unit_of_work(read_only=True) as work:
        assert work.search.visible(mine, SearchScope(office="tan-hiep"))
        assert not work.search.visible(theirs, SearchScope(office="tan-hiep"))


def test_a_run_narrows_and_an_unknown_one_is_told(database: Database, put_in_run: Any) -> None:
    """Only what one run over the back catalogue brought in."""
    with database.unit_of_work() as work:
        mine, other = add(work, "NGUYỄN VĂN MẪU"), add(work, "NGUYỄN VĂN MẪU")
        put_in_run(work, "kho-1998", work.certificates.get(mine).scan_id)
        work.commit()
    assert set(find(database, SearchQuery(owner="mau"))) == {mine, other}
    assert find(database, SearchQuery(owner="mau", run="kho-1998")) == [mine]
    assert find(database, SearchQuery(run="kho-1998")) == [mine]
    with pytest.raises(NotFound):
        find(database, SearchQuery(run="không có"))


def test_what_is_typed_never_breaks_out(database: Database) -> None:
    """Quotes, operators and wild signs are letters like others, or nothing."""
    with database.unit_of_work() as work:
        add(work, "NGUYỄN VĂN MẪU")
        work.commit()
    for typed in ('"', "' OR 1=1 --", "a AND (b", "mau*", "names : mau", "%", "\\", "mau:A & !x", "\x00mau"):
        find(database, typed)
        find(database, SearchQuery(owner=typed, serial=typed, commune=typed, id_number=typed, parcel=typed))
    assert find(database, SearchQuery()) == []


@pytest.mark.parametrize("typed", ['"', "'", '""', "-", "* %", "_", "?", ".,;"])
def test_what_holds_neither_letter_nor_digit_asks_for_nothing(database: Database, typed: str) -> None:
    """Alone it finds nothing, and not everything; beside something else it is as if it were not there."""
    with database.unit_of_work() as work:
        wanted = add(work, "NGUYỄN VĂN MẪU", serial_number="BX 123456")
        add(work, "TRẦN THỊ KHÁC")
        work.commit()
    assert find(database, typed) == []
    for name in ("owner", "serial", "register", "id_number", "map_sheet", "parcel", "commune"):
        assert find(database, SearchQuery(**{name: typed})) == [], name
        assert find(database, SearchQuery(**{"text": "nguyen van mau", name: typed})) == [wanted], name
    assert find(database, f"{typed} nguyen van mau {typed}") == [wanted]


def test_a_correction_moves_the_words(database: Database) -> None:
    """The old name no longer finds the certificate, the new one does; a gone certificate is gone here, too."""
    with database.unit_of_work() as work:
        found = add(work, "NGUYỄN VĂN MẪU")
        work.certificates.correct_field(found, 1, "owners.0.full_name", "NGUYỄN VĂN MẬU", "minh")
        work.commit()
    assert find(database, SearchQuery(owner="nguyễn văn mậu")) == [found]
    with database.unit_of_work() as work:
        work._connection.execute(text("DELETE FROM certificates"))
        work.commit()
    assert find(database, SearchQuery(owner="nguyễn văn mậu")) == []


def test_pages_follow_one_another(database: Database) -> None:
    """Newest first, every certificate on one page only."""
    with database.unit_of_work() as work:
        ids = [add(work, "NGUYỄN VĂN MẪU") for _ in range(7)]
        work.commit()
    with database.unit_of_work(read_only=True) as work:
        pages = [work.search.find(SearchQuery(owner="mau"), EVERYTHING, number, 3) for number in (1, 2, 3)]
    assert [hit.certificate_id for page in pages for hit in page.items] == ids[::-1]
    assert [page.total for page in pages] == [7, 7, 7]


def test_the_comparison_finds_every_damage_to_the_index(database: Database) -> None:
    """A row lost, a row changed, the engine's own index emptied: each is named, and mended by making it anew."""
    with database.unit_of_work() as work:
        lost, changed, whole = (add(work, f"NGUYỄN VĂN {name}") for name in ("MỘT", "HAI", "BA"))
        work.commit()
    with database.unit_of_work() as work:
        assert index_faults(work._connection) == ([], None)
        assert engine_index_is_sound(work._connection)
        work._connection.execute(text("DELETE FROM search_entries WHERE certificate_id = :id"), {"id": lost})
        work._connection.execute(
            text("UPDATE search_entries SET names = 'ai khac' WHERE certificate_id = :id"), {"id": changed}
        )
        faults, _ = index_faults(work._connection)
        assert {(fault.certificate_id, fault.kind) for fault in faults} == {(lost, "missing"), (changed, "stale")}
        for fault in faults:
            refresh_entry(work._connection, fault.certificate_id)
        assert index_faults(work._connection) == ([], None)
        emptied = "INSERT INTO search_fts(search_fts) VALUES ('delete-all')"
        work._connection.execute(text(emptied if database.engine_name == "sqlite" else "DELETE FROM search_fts"))
        assert not engine_index_is_sound(work._connection)
        rebuild_engine_index(work._connection)
        assert engine_index_is_sound(work._connection)
        work.commit()
    assert find(database, "nguyen van ba") == [whole]


@pytest.mark.parametrize("office", ["", "Văn phòng Tân Hiệp"])
def test_offices_may_have_any_name(database: Database, office: str) -> None:
    """The narrowing word for an office is made of its name, whatever letters it has."""
    with database.unit_of_work() as work:
        found = add(work, "NGUYỄN VĂN MẪU", office=office)
        work.commit()
    assert find(database, "mau", SearchScope(office=office or None)) == [found]


def test_whole_names_lead_where_many_bear_them(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where many bear just the name asked for, names with its words scattered are left out; else they come after."""
    with database.unit_of_work() as work:
        scattered = add(work, "Nguyễn Văn Thành Đạt")
        exact = [add(work, "NGUYỄN VĂN ĐẠT") for _ in range(3)]
        work.commit()
    assert find(database, SearchQuery(owner="nguyen van dat")) == [*exact[::-1], scattered]
    monkeypatch.setattr("store.search._ENOUGH", 3)
    assert find(database, SearchQuery(owner="nguyen van dat")) == exact[::-1]
    # Words that stand anywhere may mean more than a name.
    assert find(database, "nguyen van dat") == [*exact[::-1], scattered]
    monkeypatch.setattr("store.search.MOST_HITS", 3)
    assert set(find(database, SearchQuery(owner="Nguyễn Văn Đạt"))) == set(exact)


def test_one_wrong_letter_in_a_part_of_a_name_or_beside_a_place(database: Database) -> None:
    """Who knows half a name and mistypes it, or adds the commune, still finds the owner."""
    with database.unit_of_work() as work:
        phuoc = add(
            work, "LÊ HỮU PHƯỚC", parcels__0__address="xã Thạnh Lộc, huyện Giồng Riềng, tỉnh Kiên Giang", notes="Không"
        )
        beside = add(work, "LÊ HỮU PHƯỚC TRẦN")
        work.commit()
    assert find(database, SearchQuery(owner="huu phuoj")) == [beside, phuoc]
    assert find(database, SearchQuery(owner="le huu phuoj")) == [phuoc]
    assert find(database, "le huu phuoj thanh loc") == [phuoc]


def test_migrated_rows_say_what_new_ones_say(database: Database) -> None:
    """The words that the migration makes in SQL are those that the program makes; what was found before is found."""
    migration = import_module("store.migrations.versions.0009_whole_names")
    with database.unit_of_work() as work:
        couple = add(work, "NGUYỄN VĂN MẪU", owners__1__full_name="TRẦN THỊ MẪU")
        company = add(work, "", owners__1__full_name="Công ty 0 đồng")
        add(work, "---")
        work.commit()
    with database.unit_of_work() as work:
        connection = work._connection
        with Operations.context(MigrationContext.configure(connection)):
            migration.downgrade()
            faults, _ = index_faults(connection)
            assert len(faults) == 3
            migration.upgrade()
            assert index_faults(connection) == ([], None)
            # Once more changes nothing: rows made by the program of today have the words already.
            migration.upgrade()
        assert index_faults(connection) == ([], None)
        assert engine_index_is_sound(connection)
        work.commit()
    assert find(database, SearchQuery(owner="Trần Thị Mẫu")) == [couple]
    assert find(database, SearchQuery(owner="tran thi mua")) == [couple]
    assert find(database, "cong ty dong") == [company]
