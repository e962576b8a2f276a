"""The ledger in the database: targets, evidence that is only ever added, and what follows of it."""
