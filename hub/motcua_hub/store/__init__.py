"""The hub's database: one schema for SQLite and PostgreSQL, through SQLAlchemy Core."""
