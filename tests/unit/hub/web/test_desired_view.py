"""What the page of a site says of its configuration."""

import pytest

from motcua_hub.store.desired import Desired, Reported
from motcua_hub.web.views.desired import desired_view

WANTED = Desired(site="na-son", version=4, sha256="00" * 32, body="{}", made_at=1_000)


def told(version: int, state: str, running: int) -> Reported:
    return Reported(
        site="na-son", version=version, state=state, error="why", running=running, at=2_000
    )


def test_where_nothing_was_wanted_nothing_is_shown() -> None:
    assert desired_view(None) is None


@pytest.mark.parametrize(
    ("word", "standing", "look"),
    [
        (None, "waiting", "info"),
        (told(3, "applied", 3), "waiting", "info"),
        (told(4, "applied", 4), "applied", "ok"),
        (told(4, "refused", 3), "refused", "problem"),
        (told(3, "refused", 2), "waiting", "info"),
        (told(3, "older", 4), "applied", "ok"),
    ],
)
def test_a_word_on_another_version_says_nothing_of_this_one(
    word: Reported | None, standing: str, look: str
) -> None:
    view = desired_view((WANTED, word))
    assert view is not None
    assert (view.standing, view.look) == (standing, look)
    assert bool(view.error) is (word is not None and word.version == 4)
