"""Alembic's scripts, packaged: `store.migrate.upgrade` runs them at start."""
