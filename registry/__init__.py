"""The national population registry: client, verdicts, and the mock service that stands in for it."""
