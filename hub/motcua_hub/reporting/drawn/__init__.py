"""A document drawn: screen, PDF, XLSX and CSV. None of them computes anything."""
