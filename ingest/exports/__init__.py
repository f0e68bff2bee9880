"""Handing certificates on: workbook, archival packages, land-database XML, JSON Lines, CSV."""

FORMATS = ("pl3", "aip", "land-xml", "jsonl", "csv")
