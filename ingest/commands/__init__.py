"""The commands of ``sohoa``, one module each (or one for a family); ``ingest.cli`` loads them when they are called."""
