"""Passwords: Vietnamese typed in any way opens the same account."""

import unicodedata

import pytest

from motcua_hub.web.security.passwords import (
    PasswordRefusedError,
    Passwords,
    check_strength,
)
from support.hub_seed import CHEAP, PASSWORD


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_a_vietnamese_password_fits_however_it_was_typed(form):
    passwords = Passwords(CHEAP)
    stored = passwords.hash(unicodedata.normalize("NFD", PASSWORD))
    assert passwords.matches(stored, unicodedata.normalize(form, PASSWORD))


@pytest.mark.parametrize("wrong", ["mat khau rat dai 2026", PASSWORD + " ", "", "x" * 100_000])
def test_another_password_does_not_fit(wrong):
    passwords = Passwords(CHEAP)
    assert not passwords.matches(passwords.hash(PASSWORD), wrong)


def test_nobody_can_log_in_to_an_account_that_does_not_exist():
    passwords = Passwords(CHEAP)
    assert not passwords.matches(None, "no account has this password")


def test_a_damaged_hash_fits_nothing():
    assert not Passwords(CHEAP).matches("$argon2id$damaged", PASSWORD)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("ngắn quá", "auth.password.short"),
        ("e\u0302" * 9, "auth.password.short"),
        ("mật khẩu " * 40, "auth.password.long"),
        ("aaaaaaaaaaaa", "auth.password.weak"),
        ("Quan-Tri-Vien", "auth.password.weak"),
    ],
)
def test_a_password_that_is_too_easy_is_refused_with_its_reason(password, code):
    with pytest.raises(PasswordRefusedError) as refusal:
        check_strength(password, "quan-tri-vien")
    assert refusal.value.code == code


def test_a_long_vietnamese_phrase_is_accepted():
    check_strength(PASSWORD, "quan-tri")
