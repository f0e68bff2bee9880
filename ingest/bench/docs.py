"""Puts a measured table into its page of the docs, between two marks, so that measuring again brings it up to date."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def replace_block(page: Path, name: str, lines: Iterable[str]) -> None:
    """Write the lines between ``<!-- name -->`` and ``<!-- /name -->``; ``ValueError`` when the page lacks them."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    text = page.read_text(encoding="utf-8")
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"{page.name} has no place for {name}")
    page.write_text(f"{head}{begin}\n" + "\n".join(lines) + f"\n{end}{tail}", encoding="utf-8")
