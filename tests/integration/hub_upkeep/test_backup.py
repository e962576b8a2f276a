"""A backup brings papers back as they were sent, sealed as before, with numbers that go on."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from motcua_hub.care.backup import make_backup
from motcua_hub.care.restore import restore
from motcua_hub.store import papers, schema
from motcua_hub.store.engine import open_engine, reading, writing
from motcua_hub.upkeep import acts, filing
from support.hub_seed import HOUR, NOW, HubWeb, seed_registry, seed_site
from support.outages import DESK, rows, seed_upkeep
from support.waiting import until

PAPERS = ("notice", "notice_revision", "notice_delivery", "notice_recipient", "document",
          "servicing", "yearly_number", "asset_life", "model_interval")  # fmt: skip


def test_what_was_sent_and_signed_comes_back_as_it_was(tmp_path, migrated_url, postgres):
    hub = HubWeb(tmp_path / "state", url=migrated_url)
    with writing(hub.engine) as connection:
        seed_site(connection, "ben-thanh", "Trung tâm PVHCC phường Bến Thành")
        seed_registry(connection, "ben-thanh")
    links = seed_upkeep(hub)
    until(lambda: filing.file_papers(hub.engine, DESK, NOW) == 0)
    before = {table: rows(hub.engine, table) for table in PAPERS}
    assert all(before.values())
    made = make_backup(hub.engine, tmp_path / "backup", NOW)
    kind = hub.engine.dialect.name
    hub.close()
    fresh = f"sqlite:///{tmp_path / 'new.sqlite3'}" if kind == "sqlite" else postgres.database()
    restore(fresh, tmp_path / "backup" / made.file, NOW + HOUR)
    engine = open_engine(fresh)
    assert {table: rows(engine, table) for table in PAPERS} == before
    with reading(engine) as connection:
        found = acts.delivery_of(connection, links[0].rpartition("/")[2])
        assert found is not None
        assert acts.intact(connection, found[0])
    with pytest.raises(DatabaseError, match="sealed"), writing(engine) as connection:
        connection.execute(text("UPDATE notice SET body = 'x' WHERE state = 'sent'"))
    with writing(engine) as connection:
        assert papers.next_number(connection, papers.NOTICE, 2026) == 2
        new = {"grp": "party", "name": "N", "channel": "email", "address": "a@b.vn"}
        new |= {"valid_from": "2026-01-01", "added_at": NOW, "added_by": "an"}
        connection.execute(schema.notice_recipient.insert().values(new))
    engine.dispose()
