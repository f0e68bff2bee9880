"""What ``sohoa read`` takes up, in which order, and what it cannot open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from certificate.errors import ScanRefused
from certificate.reading import ScanReading
from ingest.commands.common import find_scans
from ingest.commands.read import read_in_order


def test_folders_are_searched_in_order_and_files_taken_as_they_are(tmp_path: Path) -> None:
    """Scans at any depth by name, pictures of other kinds too, hidden and other files not; a named file always."""
    for name in ("b/2.PDF", "b/1.tif", "a.jpeg", "c.gif", "notes.txt", ".hidden.pdf", ".git/x.pdf", "scan.data"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = [source for _, source in find_scans([tmp_path / "scan.data", tmp_path])]
    assert found == ["scan.data", "a.jpeg", "b/1.tif", "b/2.PDF", "c.gif"]


class Pool:
    """Reads nothing, but keeps the promise of order."""

    def read_many(self, items: Iterable[tuple[Path, str]]) -> Iterator[tuple[str, ScanReading | ScanRefused]]:
        ahead = list(items)
        for path, source in ahead:
            assert path.exists()
            yield source, ScanReading(1, ())


def test_what_cannot_be_opened_has_its_line_in_its_place(tmp_path: Path) -> None:
    """A file that is gone or too large is refused where it stands; the others are read."""
    small, large = tmp_path / "small.png", tmp_path / "large.png"
    small.write_bytes(b"12")
    large.write_bytes(b"123456")
    gone = tmp_path / "gone.png"
    given = [(gone, "1"), (small, "2"), (large, "3"), (gone, "4"), (small, "5"), (large, "6")]
    found = list(read_in_order(Pool(), given, max_bytes=5))  # type: ignore[arg-type]
    assert [source for source, _ in found] == ["1", "2", "3", "4", "5", "6"]
    codes = [outcome.code if isinstance(outcome, ScanRefused) else "read" for _, outcome in found]
    assert codes == ["no_access", "read", "too_large", "no_access", "read", "too_large"]
