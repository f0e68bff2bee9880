"""What a careful officer would remark about a record: the checks, and the catalogue of all findings."""
