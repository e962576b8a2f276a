"""The hub as a vantage: probes what the ledger's targets ask for, and tells the ledger."""
