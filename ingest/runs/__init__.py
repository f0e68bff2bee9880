"""Runs over a back catalogue: the walk, the ledger, the feeder, and what people see of them."""
