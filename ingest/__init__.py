"""The use cases: intake, pipeline, jobs, settings, command line. The only place that joins ocr, registry, archive and store."""
