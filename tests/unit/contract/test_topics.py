import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from motcua_contract import topics
from motcua_contract.identity import (
    BadNameError,
    check_component,
    check_device,
    check_site,
)
from motcua_contract.topics import Down, Up, UpTopic

SITES = st.from_regex(r"[a-z0-9-]{3,32}", fullmatch=True)
COMPONENTS = st.from_regex(r"[a-z0-9_-]{1,48}", fullmatch=True)
SAID = [kind for kind in Up if kind is not Up.HEALTH]
BAD_SITES = [
    "",
    "ab",
    "x" * 33,
    "a/b",
    "a+b",
    "a#b",
    "+",
    "#",
    "abc\n",
    "ABC",
    "a b c",
    "a\0b",
    "quận",
]


def matches(filter_: str, topic: str) -> bool:
    """MQTT's own rule, written from the standard."""
    pattern = re.escape(filter_).replace(r"\+", "[^/]*").replace(r"/\#", "(/.*)?")
    return re.fullmatch(pattern, topic) is not None


@given(site=SITES, kind=st.sampled_from(SAID))
def test_what_a_site_says_is_taken_apart_again(site: str, kind: Up) -> None:
    topic = topics.up(site, kind)
    assert topics.parse_up(topic) == UpTopic(site, kind)
    assert matches(topics.all_sites(kind), topic)
    assert matches(topics.site_up_pattern(site), topic)


@given(site=SITES, component=COMPONENTS)
def test_health_names_its_component(site: str, component: str) -> None:
    topic = topics.health(site, component)
    assert topics.parse_up(topic) == UpTopic(site, Up.HEALTH, component)
    assert matches(topics.all_sites(Up.HEALTH), topic)


@given(site=SITES, kind=st.sampled_from(list(Down)))
def test_what_the_hub_says_is_understood_by_its_site_only(site: str, kind: Down) -> None:
    topic = topics.down(site, kind)
    assert topics.parse_down(topic, site) == kind
    assert topics.parse_down(topic, f"{site}x"[:32]) in ({kind} if len(site) == 32 else {None})
    assert matches(topics.down_filter(site), topic)
    assert topics.parse_up(topic) is None


@given(name=st.text(), kind=st.sampled_from(SAID))
def test_no_name_can_reach_into_another_sites_topics(name: str, kind: Up) -> None:
    try:
        topic = topics.up(name, kind)
    except BadNameError:
        return
    parsed = topics.parse_up(topic)
    assert parsed is not None
    assert (parsed.site, topic.count("/")) == (name, 4)
    assert not set(name) & set("/+#\0\n")


@given(name=st.text(), other=SITES)
def test_no_name_opens_a_filter_that_matches_another_site(name: str, other: str) -> None:
    assume(name != other)
    for build in (topics.down_filter, topics.site_up_pattern):
        try:
            filter_ = build(name)
        except BadNameError:
            continue
        assert not matches(filter_, topics.up(other, Up.BATCH))
        assert not matches(filter_, topics.down(other, Down.ACK))


@pytest.mark.parametrize("name", BAD_SITES)
def test_a_bad_site_is_refused_wherever_a_topic_is_built(name: str) -> None:
    for build in (
        lambda: topics.up(name, Up.BATCH),
        lambda: topics.down(name, Down.ACK),
        lambda: topics.health(name, "printer"),
        lambda: topics.down_filter(name),
        lambda: topics.site_up_pattern(name),
        lambda: check_site(name),
    ):
        with pytest.raises(BadNameError, match="not allowed"):
            build()


@pytest.mark.parametrize("name", ["", "a/b", "+", "#", "printer\n", "Printer", "x" * 49])
def test_a_bad_component_is_refused(name: str) -> None:
    with pytest.raises(BadNameError, match="component"):
        topics.health("q1-ben-nghe", name)
    with pytest.raises(BadNameError):
        check_component(name)


def test_a_device_id_is_checked_like_a_site() -> None:
    assert check_device("d-7f3k") == "d-7f3k"
    with pytest.raises(BadNameError, match="device id"):
        check_device("d/7f3k")


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "mc/1",
        "mc/2/q1-a/up/batch",
        "mc/1/q1-a/up",
        "mc/1/q1-a/up/unknown",
        "mc/1/q1-a/up/batch/more",
        "mc/1/q1-a/up/health",
        "mc/1/q1-a/up/health/a/b",
        "mc/1/q1-a/up/health/A",
        "mc/1/Q1/up/batch",
        "mc/1/q1-a/sideways/batch",
        "mc/1/q1-a/down/ack",
        topics.HUB_STATUS,
    ],
)
def test_a_strangers_topic_is_none_of_ours(topic: str) -> None:
    assert topics.parse_up(topic) is None


@given(topic=st.text())
def test_taking_a_topic_apart_never_fails(topic: str) -> None:
    topics.parse_up(topic)
    topics.parse_down(topic, "q1-ben-nghe")


def test_an_unknown_word_from_the_hub_is_none() -> None:
    assert topics.parse_down("mc/1/q1-a/down/sing", "q1-a") is None
    assert topics.parse_down("mc/1/q2-a/down/ack", "q1-a") is None
