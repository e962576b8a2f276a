"""The one-time token of the first run."""

import logging
import stat

from motcua_hub.web.security.setup_token import (
    discard_setup_token,
    ensure_setup_token,
    setup_token_fits,
    token_path,
)


def test_only_the_owner_of_the_state_directory_can_read_the_token(tmp_path):
    ensure_setup_token(tmp_path / "state")
    assert stat.S_IMODE(token_path(tmp_path / "state").stat().st_mode) == 0o600


def test_a_second_start_keeps_the_token_and_logs_nothing(tmp_path, caplog):
    first = ensure_setup_token(tmp_path)
    caplog.clear()
    assert ensure_setup_token(tmp_path) == first
    assert not caplog.records


def test_the_log_tells_where_the_token_is_and_never_what_it_is(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    token = ensure_setup_token(tmp_path)
    assert str(token_path(tmp_path)) in caplog.text
    assert token not in caplog.text


def test_nothing_fits_when_there_is_no_token(tmp_path):
    assert not setup_token_fits(tmp_path, "")
    assert not setup_token_fits(tmp_path, "anything")


def test_an_empty_file_is_no_token(tmp_path):
    token_path(tmp_path).write_text("\n")
    assert not setup_token_fits(tmp_path, "")
    assert ensure_setup_token(tmp_path)


def test_the_token_fits_until_it_is_discarded(tmp_path):
    token = ensure_setup_token(tmp_path)
    assert setup_token_fits(tmp_path, f" {token}\n")
    assert not setup_token_fits(tmp_path, token + "x")
    assert not setup_token_fits(tmp_path, "mã sai")
    discard_setup_token(tmp_path)
    assert not setup_token_fits(tmp_path, token)


def test_a_planted_link_is_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("")
    state = tmp_path / "state"
    state.mkdir()
    token_path(state).symlink_to(victim)
    try:
        ensure_setup_token(state)
    except OSError:
        assert victim.read_text() == ""
    else:
        raise AssertionError("the link was followed")
