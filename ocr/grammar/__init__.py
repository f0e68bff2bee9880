"""From read lines to a record: which form it is, where its labels stand, what its values are and how sure they are."""
