"""Copies for the bench of speed: scans of their own that read the same, none lost on the way."""

from __future__ import annotations

from pathlib import Path

from ingest.bench.speed import _copies, _marked


def test_copies_of_one_file_stay_apart(tmp_path: Path) -> None:
    """Twice two files are four scans in every round, no two of the same bytes."""
    (tmp_path / "files").mkdir()
    files = []
    for name in ("a.pdf", "b.pdf"):
        files.append(tmp_path / "files" / name)
        files[-1].write_bytes(name.encode())
    copies = _copies(files, tmp_path / "copies", 2)
    fresh = _marked(copies, tmp_path / "round", "round 1", 1)
    assert len({path.read_bytes() for path in fresh}) == 4
    assert all(path.name.endswith(("a.pdf", "b.pdf")) for path in fresh)
