"""Probe lists are strict, and their times are those of the ledger's rules."""

import msgspec
import pytest

from motcua_contract.probes import ProbeKind, ProbeList, ProbeSpec, Reference


def test_a_sample_speaks_for_two_intervals_and_the_time_out() -> None:
    spec = ProbeSpec(target="web", kind=ProbeKind.HTTP, interval=30_000, timeout=5_000)
    assert spec.horizon == 65_000


def test_a_list_comes_back_as_it_was_written() -> None:
    spec = ProbeSpec(target="web", kind=ProbeKind.TLS, host="dvc.example", days_left=20)
    told = ProbeList(
        version=3, probes=(spec,), references=(Reference(kind=ProbeKind.ICMP, host="gw"),)
    )
    assert msgspec.json.decode(msgspec.json.encode(told), type=ProbeList).probes == (spec,)


@pytest.mark.parametrize(
    "wrong",
    [
        '{"target": "Web", "kind": "http"}',
        '{"target": "web", "kind": "gopher"}',
        '{"target": "web", "kind": "tcp", "port": 0}',
        '{"target": "web", "kind": "tcp", "interval": 1}',
        '{"target": "web", "kind": "tcp", "n_down": 0}',
        '{"target": "web", "kind": "tcp", "tmeout": 5}',
    ],
)
def test_what_no_prober_could_do_is_refused(wrong: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(wrong, type=ProbeSpec)
