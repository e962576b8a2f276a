"""Whose signature is believed; one suite of what real and fake share, and the real one's doubts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from motcua_contract.desired import Seal, read_seal, signed
from motcua_contract.vocabulary import ClockState
from motcua_edge.domain.model import Instant
from motcua_edge.drivers.seal import AuthorityVerifier, FakeVerifier, UntrustedError, Verifier
from motcua_hub.config import MqttSection
from motcua_hub.ingest.signing import Signer, SigningError
from motcua_provisioning.authority import Authority, Credentials

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
CONTENT = signed("na-son", 4, "00" * 32)


def instant(at: datetime = NOW, clock: ClockState = ClockState.NTP) -> Instant:
    return Instant(wall=int(at.timestamp() * 1000), mono=5_000, clock=clock, boot="b")


class Province:
    """An authority and its hub."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = Authority.create(folder / "ca", clock=lambda: NOW)
        self.hub = self.signer(self.authority.issue_hub(), "hub")

    def signer(self, credentials: Credentials, name: str) -> Signer:
        files = credentials.write(self.folder / name)
        return Signer(
            MqttSection(host="h", ca=str(files.ca), cert=str(files.cert), key=str(files.key))
        )

    @property
    def verifier(self) -> AuthorityVerifier:
        return AuthorityVerifier(self.folder / "ca" / "ca.crt")


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    return Province(tmp_path_factory.mktemp("province"))


def sealed(signer: Signer) -> Seal:
    return read_seal(signer.seal("na-son", 4, "00" * 32))


@pytest.mark.parametrize("real", [True, False])
def test_what_the_hub_signed_is_believed(province: Province, real: bool) -> None:
    verifier: Verifier = province.verifier if real else FakeVerifier()
    verifier.verify(CONTENT, sealed(province.hub), instant())


@pytest.mark.parametrize("real", [True, False])
def test_what_another_signed_is_refused(province: Province, real: bool, tmp_path: Path) -> None:
    verifier: Verifier = province.verifier if real else FakeVerifier("no")
    other = Province(tmp_path)
    with pytest.raises(UntrustedError):
        verifier.verify(CONTENT, sealed(other.hub), instant())


@pytest.mark.parametrize(
    "content",
    [
        signed("phu-lien", 4, "00" * 32),
        signed("na-son", 5, "00" * 32),
        signed("na-son", 4, "11" * 32),
        b"",
    ],
)
def test_a_signature_is_good_for_what_was_signed_only(province: Province, content: bytes) -> None:
    with pytest.raises(UntrustedError, match="not what the hub signed"):
        province.verifier.verify(content, sealed(province.hub), instant())


def test_a_device_of_the_same_province_is_no_hub(province: Province) -> None:
    device = province.signer(province.authority.issue_device("d-7f3k"), "device")
    with pytest.raises(UntrustedError, match="'d-7f3k', not of a hub"):
        province.verifier.verify(CONTENT, sealed(device), instant())


def test_a_broker_of_the_same_province_is_no_hub(province: Province) -> None:
    broker = province.signer(province.authority.issue_server(["broker"]), "server")
    with pytest.raises(UntrustedError, match="not of a hub"):
        province.verifier.verify(CONTENT, sealed(broker), instant())


def test_a_certificate_that_ended_is_refused_only_by_a_clock_that_knows(province: Province) -> None:
    later = NOW + timedelta(days=120)
    with pytest.raises(UntrustedError, match="ended on 2027-02-21"):
        province.verifier.verify(CONTENT, sealed(province.hub), instant(later))
    province.verifier.verify(CONTENT, sealed(province.hub), instant(later, ClockState.SAVED))
    province.verifier.verify(CONTENT, sealed(province.hub), None)


@pytest.mark.parametrize("bad", [b"", b"x", b"\x30\x03\x02\x01\x01"])
def test_what_is_no_certificate_is_refused(province: Province, bad: bytes) -> None:
    with pytest.raises(UntrustedError):
        province.verifier.verify(CONTENT, Seal(bad, b"s"), instant())


@pytest.mark.parametrize("bad", [b"", b"\x00" * 70, b"\x30\x06\x02\x01\x00\x02\x01\x00"])
def test_what_is_no_signature_is_refused(province: Province, bad: bytes) -> None:
    seal = sealed(province.hub)
    with pytest.raises(UntrustedError):
        province.verifier.verify(CONTENT, Seal(seal.certificate, bad), instant())


def test_without_an_authority_nobody_is_believed(province: Province, tmp_path: Path) -> None:
    with pytest.raises(UntrustedError, match="cannot be read"):
        AuthorityVerifier(tmp_path / "none").verify(CONTENT, sealed(province.hub), instant())


def test_a_hub_whose_key_is_lost_says_so(tmp_path: Path) -> None:
    signer = Signer(MqttSection(host="h", cert=str(tmp_path / "c"), key=str(tmp_path / "k")))
    with pytest.raises(SigningError, match="No such file"):
        signer.seal("na-son", 1, "00" * 32)
