"""Handing certificates on: workbook, archival packages, land-database XML, JSON Lines, CSV."""

from ingest.exports.run import FORMATS, ExportDone, run_export

__all__ = ["FORMATS", "ExportDone", "run_export"]
