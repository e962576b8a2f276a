"""The JSON interface for programs: operations in a table, served and described from that table."""
