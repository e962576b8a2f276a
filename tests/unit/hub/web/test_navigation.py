"""The bar of areas and the pages under it."""

from motcua_hub.web.navigation import AREAS, area_of, areas
from motcua_hub.web.texts import Texts, load_texts


def test_an_area_without_a_page_is_not_shown():
    shown = areas({"overview.page", "registry.page", "about.page"})
    assert [area.key for area in shown] == ["overview", "upkeep", "system"]
    assert [entry.key for entry in shown[1].entries] == ["registry"]


def test_a_page_is_found_in_its_area():
    shown = areas({entry.endpoint for area in AREAS for entry in area.entries})
    assert area_of("outbox", shown).key == "directory"
    assert area_of("nowhere", shown) is None


def test_every_entry_has_words_and_is_there_once():
    texts = Texts(load_texts())
    keys = [entry.key for area in AREAS for entry in area.entries]
    assert len(keys) == len(set(keys))
    assert all(texts.has(f"nav.{key}") for key in keys)
    assert all(texts.has(f"area.{area.key}") for area in AREAS)
