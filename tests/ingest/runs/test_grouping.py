"""From files to certificates: each rule, over walks that are awkward on purpose."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from certificate.errors import FolderUnreachable, ManifestInvalid
from ingest.runs import walking
from ingest.runs.grouping import Rule, grouped, ledger_key
from ingest.runs.manifest import Manifest
from ingest.runs.walking import Walk
from store.run_rows import NewInput


def _fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def _groups(folder: Path, rule: Rule, most_files: int = 100) -> dict[str, tuple[str, ...]]:
    return {each.key: each.files for each in grouped(Walk(folder), rule, most_files)}


def _manifest(folder: Path, text: str) -> list[NewInput]:
    path = folder / "list.csv"
    path.write_text(text, encoding="utf-8")
    return list(Manifest(path, folder, 100))


def test_each_file_stands_alone_in_the_order_of_names(tmp_path: Path) -> None:
    """A folder's own files come before those of its subfolders; hidden files and other kinds are left aside."""
    _fill(tmp_path, "b.pdf", "a/2.pdf", "a/1.tif", "notes.txt", ".hidden.pdf", "Thumbs.db", "c.heic")
    walk = Walk(tmp_path)
    assert [each.key for each in grouped(walk, Rule.FILE, 100)] == ["b.pdf", "c.heic", "a/1.tif", "a/2.pdf"]
    assert walk.left_aside == 2


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        # Pages of one paper, told apart by a number at the end; ten comes after two.
        (["A_1.jpg", "A_10.jpg", *[f"A_{n}.jpg" for n in range(2, 10)]], {"A": [f"A_{n}.jpg" for n in range(1, 11)]}),
        # Other ways of numbering.
        (["B-1.tif", "B-2.tif"], {"B": ["B-1.tif", "B-2.tif"]}),
        (["C (1).png", "C (2).png"], {"C": ["C (1).png", "C (2).png"]}),
        # From nought.
        (["D_0.jpg", "D_1.jpg"], {"D": ["D_0.jpg", "D_1.jpg"]}),
        # A page that lacks or stands twice: nobody guesses, each file is shown alone.
        (["E_1.jpg", "E_3.jpg"], {"E_1.jpg": ["E_1.jpg"], "E_3.jpg": ["E_3.jpg"]}),
        (["F_1.jpg", "F_1.png"], {"F_1.jpg": ["F_1.jpg"], "F_1.png": ["F_1.png"]}),
        (["G_2.jpg", "G_3.jpg"], {"G_2.jpg": ["G_2.jpg"], "G_3.jpg": ["G_3.jpg"]}),
        # A year or a register number is no page.
        (["H_2015.jpg", "H_2016.jpg"], {"H_2015.jpg": ["H_2015.jpg"], "H_2016.jpg": ["H_2016.jpg"]}),
        # A longer name in between does not tear a group apart.
        (["K_1.jpg", "K_1b.jpg", "K_2.jpg"], {"K": ["K_1.jpg", "K_2.jpg"], "K_1b.jpg": ["K_1b.jpg"]}),
        # The same names in two folders are two papers.
        (["x/A_1.jpg", "y/A_1.jpg"], {"x/A": ["x/A_1.jpg"], "y/A": ["y/A_1.jpg"]}),
    ],
)
def test_numbered_files_are_one_certificate(tmp_path: Path, names: list[str], wanted: dict[str, list[str]]) -> None:
    """Numbers at the end count pages only where they count from the beginning without a gap."""
    _fill(tmp_path, *names)
    assert {key: list(files) for key, files in _groups(tmp_path, Rule.NUMBERED).items()} == wanted


def test_a_gap_in_the_numbers_of_pages_is_remarked(tmp_path: Path) -> None:
    """Each file stands alone then, and people are told why; numbers of papers are no pages."""
    _fill(tmp_path, "E_1.jpg", "E_3.jpg", "G_2.jpg", "G_3.jpg", "H_101.jpg", "H_103.jpg", "K_5.jpg", "L_1.jpg")
    found = {each.key: each.remark for each in grouped(Walk(tmp_path), Rule.NUMBERED, 100) if each.remark}
    assert found == {"E_1.jpg": "gap:1,3", "E_3.jpg": "gap:1,3", "G_2.jpg": "gap:2,3", "G_3.jpg": "gap:2,3"}


def test_a_folder_each(tmp_path: Path) -> None:
    """A folder's own files are one certificate in the order of their numbers."""
    _fill(tmp_path, "hs1/2.jpg", "hs1/10.jpg", "hs1/1.jpg", "hs2/a.pdf", "hs1/extra/z.pdf")
    assert _groups(tmp_path, Rule.FOLDER) == {
        "hs1": ("hs1/1.jpg", "hs1/2.jpg", "hs1/10.jpg"),
        "hs1/extra": ("hs1/extra/z.pdf",),
        "hs2": ("hs2/a.pdf",),
    }


def test_too_large_a_group_is_refused_not_cut(tmp_path: Path) -> None:
    """More files than a scan may have pages: the whole group is told of."""
    _fill(tmp_path, *[f"hs/{n}.jpg" for n in range(9)])
    (found,) = grouped(Walk(tmp_path), Rule.FOLDER, 5)
    assert found.error_code == "too_many_pages"


def test_links_devices_and_closed_folders_are_named_and_not_followed(tmp_path: Path) -> None:
    """What could lead out of the folder or block for ever stands in the ledger with its reason."""
    _fill(tmp_path, "in/a.pdf")
    _fill(tmp_path.parent, f"{tmp_path.name}-outside/secret.pdf")
    (tmp_path / "link.pdf").symlink_to(tmp_path.parent / f"{tmp_path.name}-outside" / "secret.pdf")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.pdf")
    found = {each.path: each.error_code for each in Walk(tmp_path)}
    assert found == {"link.pdf": "not_a_file", "pipe.pdf": "not_a_file", "in/a.pdf": None}


def test_a_name_that_is_no_text_is_told_of(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 can be shown, and the file is not lost in silence."""
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/s\xe1.pdf"))).write_bytes(b"x")
    (found,) = Walk(tmp_path)
    assert (found.path, found.error_code) == ("s\\xe1.pdf", "name_unreadable")


def test_a_large_folder_is_sorted_in_stretches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is the same when the names do not fit into memory at once, odd names included."""
    names = [f"n{number:03d}\n{'ễ' * (number % 5)}.pdf" for number in range(97)]
    _fill(tmp_path, *names)
    monkeypatch.setattr(walking, "_NAMES_AT_ONCE", 10)
    assert [each.path for each in Walk(tmp_path)] == sorted(names)


def test_a_folder_that_is_away_is_an_error(tmp_path: Path) -> None:
    """A share that is not mounted is no empty folder."""
    with pytest.raises(FolderUnreachable):
        list(Walk(tmp_path / "gone"))


def test_a_manifest_gives_reference_box_and_shelf(tmp_path: Path) -> None:
    """Neighbouring lines of one reference are one certificate; columns come in any order and in Vietnamese."""
    _fill(tmp_path, "1.jpg", "2.jpg", "k/3.pdf")
    found = _manifest(tmp_path, "Hộp;Tệp;Số hiệu;Kệ\nH1;1.jpg;GCN-1;K2\nH1;2.jpg;GCN-1;K2\nH2;k\\3.pdf;GCN-2;K3\n")
    assert [(each.key, each.files, each.box, each.shelf) for each in found] == [
        ("GCN-1", ("1.jpg", "2.jpg"), "H1", "K2"),
        ("GCN-2", ("k/3.pdf",), "H2", "K3"),
    ]


def test_what_a_manifest_has_wrong_is_told_line_by_line(tmp_path: Path) -> None:
    """A file that lacks, one outside the folder, and a reference that comes again."""
    _fill(tmp_path, "1.jpg", "2.jpg", "3.jpg")
    found = _manifest(tmp_path, "file,reference\n1.jpg,A\nmissing.jpg,B\n../etc/passwd,C\n/etc/passwd,D\n3.jpg,A\n")
    assert {each.key: each.error_code for each in found} == {
        "A": None,
        "B": "input_missing",
        "C": "not_a_file",
        "D": "not_a_file",
        "A (dòng 6)": "manifest_repeats",
    }


@pytest.mark.parametrize("text", ["", "name,box\na,b\n", "\n"])
def test_a_manifest_without_files_is_refused(tmp_path: Path, text: str) -> None:
    """The heading must name the files."""
    with pytest.raises(ManifestInvalid):
        _manifest(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        # Never closed: the rest of the file would be one name.
        ('file,reference\n1.jpg,R1\n"2.jpg,R2\n3.jpg,R3\n4.jpg,R4\n', 3),
        # Closed by the next one, far below.
        ('file,reference\n1.jpg,R1\n"2.jpg,R2\n3.jpg,R3\n",R4\n', 3),
        # Something stands behind the closing one.
        ('file,reference\n1.jpg,R1\n2.jpg,R2\n"3".jpg,R3\n', 4),
        # In a column that nobody reads it is as wrong.
        ('file,note\n1.jpg,"fine, with a comma"\n\n2.jpg,"open\n3.jpg,x\n', 4),
    ],
)
def test_a_stray_quotation_mark_is_told_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    """Before the first input is given out, so that nothing of such a list reaches the ledger."""
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    _fill(tmp_path, "1.jpg", "2.jpg", "3.jpg", "4.jpg")
    with pytest.raises(ManifestInvalid, match=f"dòng {line}:"):
        next(iter(Manifest(path, tmp_path, 100)))


def test_a_note_of_several_lines_is_no_fault(tmp_path: Path) -> None:
    """Spreadsheets write them; only what names files and papers stands on one line."""
    _fill(tmp_path, "1.jpg", "2.jpg")
    found = _manifest(tmp_path, 'file,note\n1.jpg,"two\nlines"\n2.jpg,\n')
    assert [(each.key, each.error_code) for each in found] == [("1.jpg", None), ("2.jpg", None)]


def test_names_are_found_however_accents_and_capitals_are_written(tmp_path: Path) -> None:
    """Windows and macOS write the same name otherwise; two files that differ in no more than that are not guessed."""
    apart = unicodedata.normalize("NFD", "Hộp/Giấy 1.jpg")
    _fill(tmp_path, apart, "c.JPG", "d.jpg", "D.jpg")
    found = _manifest(tmp_path, "file\nhộp/giấy 1.jpg\nC.jpg\nd.JPG\nD.jpg\n")
    assert [(each.files, each.error_code) for each in found] == [
        ((apart,), None),
        (("c.JPG",), None),
        (("d.JPG",), "input_missing"),
        (("D.jpg",), None),
    ]


def test_a_manifest_knows_what_it_does_not_name(tmp_path: Path) -> None:
    """A scan that the list forgot is not passed over in silence."""
    _fill(tmp_path, "1.jpg", "2.JPG", "k/3.pdf", "notes.txt")
    path = tmp_path / "list.csv"
    path.write_text("file\n1.jpg\n2.jpg\n", encoding="utf-8")
    manifest = Manifest(path, tmp_path, 100)
    assert len(list(manifest)) == 2
    assert [found.path for found in Walk(tmp_path) if not manifest.names(found)] == ["k/3.pdf"]


def test_a_folder_that_is_away_is_told_before_its_manifest_is_read(tmp_path: Path) -> None:
    """Else every line would be a file that lacks. An empty folder is a mount point without its share."""
    path = tmp_path / "list.csv"
    path.write_text("file\n1.jpg\n", encoding="utf-8")
    with pytest.raises(FolderUnreachable):
        next(iter(Manifest(path, tmp_path / "away", 100)))
    (tmp_path / "empty").mkdir()
    with pytest.raises(FolderUnreachable):
        next(iter(Manifest(path, tmp_path / "empty", 100)))


def test_long_names_stay_apart_in_the_ledger() -> None:
    """A key fits into an index, and two long names do not become one."""
    long = "ễ" * 500
    assert len(ledger_key(long).encode()) < 1000
    assert ledger_key(long) != ledger_key(long + "x")
