"""What people do on the pages and programs through the API: the same functions for both.

Each is one step of the caller's writing transaction and writes its own line of the audit trail.
"""
