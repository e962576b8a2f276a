"""A simulated province put to the ledger, and the judge who knows the truth."""
