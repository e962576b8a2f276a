"""The incident desk: opens, attributes, joins and ends incidents by what the ledger says."""
