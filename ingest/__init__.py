"""The use cases: intake, pipeline, jobs, review, settings, command line. Joins ocr, registry, archive and store."""
