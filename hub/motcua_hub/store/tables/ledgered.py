"""What the ledger keeps: targets, probes, evidence, the hub's sign of life."""
