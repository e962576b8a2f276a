"""SLA reports: drawn from the ledger, numbered, sealed, and printed as PDF, XLSX and CSV."""
