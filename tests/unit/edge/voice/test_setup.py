"""The voice that a configuration asks for."""

import logging

import pytest

from motcua_edge.config import ConfigError, VoiceSection, load
from motcua_edge.drivers.voice import (
    AplayPlayer,
    ClipMissingError,
    ClipPack,
    FilePlayer,
    build_clips,
    build_players,
    silence,
    write_wav,
)

AGENT = """
site = "phuong-an-khanh"
device = "phuong-an-khanh-edge"
site_file = "site.toml"
state_dir = "state"
[voice]
player = "{player}"
"""
SITE = """
name = "Trung tâm"
services = [{ code = "DD", name = "Đất đai", series = "A" }]
counters = [{ number = 1, services = ["DD"] }]
"""


def test_each_zone_has_a_player_of_its_own():
    players = build_players(VoiceSection(zones={"main": "default", "upstairs": "plughw:1,0"}))
    assert {zone: type(player) for zone, player in players.items()} == {
        "main": AplayPlayer,
        "upstairs": AplayPlayer,
    }
    assert players["main"] is not players["upstairs"]


async def test_a_folder_gets_a_folder_for_each_zone(tmp_path):
    players = build_players(VoiceSection(player=f"file:{tmp_path}", zones={"main": "", "up": ""}))
    assert type(players["up"]) is FilePlayer
    await players["up"].play(write_wav(tmp_path / "a.wav", silence(10)))
    assert (tmp_path / "up" / "000001.wav").exists()


def test_no_players_when_sound_is_switched_off():
    assert build_players(VoiceSection(enabled=False)) == {}


def test_a_pack_is_opened_when_there_is_one(tmp_path):
    (tmp_path / "pack.toml").write_text('name = "x"\n[clips]\ndigit-0 = "0.wav"\n')
    assert type(build_clips(VoiceSection(pack=str(tmp_path)))) is ClipPack
    assert build_clips(VoiceSection()) is None


def test_a_broken_pack_is_said_and_every_word_of_it_is_missing(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        clips = build_clips(VoiceSection(pack=str(tmp_path)))
    assert "the synthesiser speaks instead" in caplog.text
    with pytest.raises(ClipMissingError, match=r"no clip 'digit-0': .*pack\.toml"):
        clips.clip("digit-0")


def write_config(folder, player):
    (folder / "agent.toml").write_text(AGENT.format(player=player), encoding="utf-8")
    (folder / "site.toml").write_text(SITE, encoding="utf-8")
    return folder / "agent.toml"


def test_the_folder_of_the_file_player_is_relative_to_the_configuration(tmp_path):
    loaded = load(write_config(tmp_path, "file:sound"))
    assert loaded.agent.voice.player == f"file:{tmp_path / 'sound'}"


def test_a_file_player_without_a_folder_is_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"\$\.voice\.player"):
        load(write_config(tmp_path, "file:"))


@pytest.mark.parametrize("player", ["aplay", "/usr/bin/aplay"])
def test_a_program_is_left_as_it_is(tmp_path, player):
    assert load(write_config(tmp_path, player)).agent.voice.player == player


@pytest.mark.parametrize(
    "line", ['sentence = "shout"', 'volume_steps = [{ at = "25:00", volume_db = -3 }]']
)
def test_a_voice_policy_that_cannot_be_followed_is_refused(tmp_path, line):
    path = write_config(tmp_path, "aplay")
    (tmp_path / "site.toml").write_text(f"{SITE}\n[voice]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"\$\.voice\."):
        load(path)
