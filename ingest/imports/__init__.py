"""Reading other registers in: their rows are compared with our records, and never written over them."""

from ingest.imports.run import ImportDone, run_import, settle_difference

__all__ = ["ImportDone", "run_import", "settle_difference"]
