"""Puts a measured table into its page of the docs, between two marks, so that measuring again brings it up to date."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def replace_block(page: Path, name: str, lines: Iterable[str]) -> None:
    """Write the lines between ``<!-- name -->`` and ``<!-- /name -->``; ``ValueError`` when the page lacks them."""
    parts = _parts(page, name)
    if parts is None:
        raise ValueError(f"{page.name} has no place for {name}")
    page.write_text(
        f"{parts[0]}<!-- {name} -->\n" + "\n".join(lines) + f"\n<!-- /{name} -->{parts[1]}", encoding="utf-8"
    )


def has_block(page: Path, name: str) -> bool:
    """Whether the page has a place for the lines."""
    return _parts(page, name) is not None


def _parts(page: Path, name: str) -> tuple[str, str] | None:
    """What stands before and after the place."""
    head, found, rest = page.read_text(encoding="utf-8").partition(f"<!-- {name} -->")
    _, closed, tail = rest.partition(f"<!-- /{name} -->")
    return (head, tail) if found and closed else None
