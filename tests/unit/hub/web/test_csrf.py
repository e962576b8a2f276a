"""The proof that a form was ours."""

from motcua_hub.web.security.csrf import form_is_ours, form_value


def test_a_value_made_for_this_visitor_is_accepted():
    assert form_is_ours("secret", form_value("secret"))


def test_a_value_made_for_another_visitor_is_refused():
    assert not form_is_ours("secret", form_value("other"))


def test_every_page_shows_another_value():
    assert form_value("secret") != form_value("secret")


def test_nonsense_is_refused():
    for value in ("", "zz", "00", "ab" * 63, "ab" * 65, "é" * 128):
        assert not form_is_ours("secret", value)


def test_a_visitor_without_a_cookie_has_no_valid_value():
    assert not form_is_ours("", form_value(""))
