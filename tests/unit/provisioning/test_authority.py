from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from motcua_contract.identity import BadNameError
from motcua_provisioning.authority import Authority, AuthorityError, Credentials
from motcua_provisioning.broker import BrokerFolder, Listen
from motcua_provisioning.certificates import hosts_of
from motcua_provisioning.ledger import LedgerError

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.create(tmp_path / "ca", clock=lambda: NOW)


def certificate(credentials: Credentials) -> x509.Certificate:
    return x509.load_pem_x509_certificate(credentials.cert_pem)


def crl(authority: Authority) -> x509.CertificateRevocationList:
    return x509.load_pem_x509_crl(authority.crl_path.read_bytes())


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_certificate_is_named_after_its_device_and_lasts_90_days(authority: Authority) -> None:
    issued = certificate(authority.issue_device("d-7f3k"))
    names = issued.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert [name.value for name in names] == ["d-7f3k"]
    assert issued.not_valid_before_utc == NOW - timedelta(hours=1)
    assert issued.not_valid_after_utc == NOW + timedelta(days=90)


def test_the_authority_itself_lasts_ten_years_and_signs_leaves_only(authority: Authority) -> None:
    ca = x509.load_pem_x509_certificate(authority.ca_pem)
    assert ca.not_valid_after_utc - NOW >= timedelta(days=3652)
    constraints = ca.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)


@pytest.mark.parametrize(
    ("issue", "usage"),
    [
        (lambda a: a.issue_device("d-7f3k"), ExtendedKeyUsageOID.CLIENT_AUTH),
        (lambda a: a.issue_hub("hub-2"), ExtendedKeyUsageOID.CLIENT_AUTH),
        (lambda a: a.issue_server(["localhost"]), ExtendedKeyUsageOID.SERVER_AUTH),
    ],
)
def test_a_certificate_serves_one_purpose(authority: Authority, issue, usage) -> None:
    issued = certificate(issue(authority))
    issued.verify_directly_issued_by(x509.load_pem_x509_certificate(authority.ca_pem))
    uses = issued.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [usage]
    assert not issued.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_a_server_certificate_names_hosts_and_addresses(authority: Authority) -> None:
    issued = certificate(authority.issue_server(["hub.example.vn", "127.0.0.1", "::1"]))
    names = issued.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["hub.example.vn"]
    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]


def test_a_server_without_a_host_is_refused(authority: Authority) -> None:
    with pytest.raises(AuthorityError, match="at least one host"):
        authority.issue_server([])


@pytest.mark.parametrize("name", ["a/b", "d+", "d#", "", "D-1", "d 1", "d-1\n", "x" * 49, "hub"])
def test_a_device_name_that_could_reach_elsewhere_is_refused(
    authority: Authority, name: str
) -> None:
    with pytest.raises(BadNameError):
        authority.issue_device(name)
    assert authority.issued() == ()


@pytest.mark.parametrize("name", ["d-7f3k", "hubs", "hub-", "hub/1", ""])
def test_a_hub_is_called_hub(authority: Authority, name: str) -> None:
    with pytest.raises(BadNameError):
        authority.issue_hub(name)


def test_secrets_are_readable_by_their_owner_only(authority: Authority, tmp_path: Path) -> None:
    files = authority.issue_device("d-7f3k").write(tmp_path / "card")
    assert mode(files.key) == 0o600
    assert mode(authority.folder / "ca.key") == 0o600
    assert mode(authority.folder / "ledger.json") == 0o600
    assert mode(authority.folder) == 0o700
    assert files.ca.read_bytes() == authority.ca_pem
    assert sorted(p.name for p in (tmp_path / "card").iterdir()) == [
        "ca.crt",
        "d-7f3k.crt",
        "d-7f3k.key",
    ]


def test_a_fresh_authority_has_an_empty_list_valid_for_a_month(authority: Authority) -> None:
    revocations = crl(authority)
    assert list(revocations) == []
    assert revocations.next_update_utc is not None
    assert revocations.next_update_utc - NOW >= timedelta(days=30)


def test_revoking_a_device_revokes_all_its_certificates(authority: Authority) -> None:
    first, second = (authority.issue_device("d-7f3k") for _ in range(2))
    other = authority.issue_device("d-9k2m")
    assert authority.revoke("d-7f3k") == (first.serial, second.serial)
    revoked = {f"{entry.serial_number:x}" for entry in crl(authority)}
    assert revoked == {first.serial, second.serial}
    assert other.serial not in revoked


def test_revoking_twice_is_no_error_and_a_stranger_is_one(authority: Authority) -> None:
    authority.issue_device("d-7f3k")
    assert len(authority.revoke("d-7f3k")) == 1
    assert authority.revoke("d-7f3k") == ()
    with pytest.raises(AuthorityError, match="no certificate was ever issued to 'd-x1'"):
        authority.revoke("d-x1")


def test_one_certificate_can_be_revoked_by_its_serial(authority: Authority) -> None:
    old, new = (authority.issue_device("d-7f3k") for _ in range(2))
    authority.revoke_serial(old.serial)
    assert [f"{entry.serial_number:x}" for entry in crl(authority)] == [old.serial]
    assert [e.serial for e in authority.issued() if e.revoked_at is None] == [new.serial]
    with pytest.raises(AuthorityError, match="no certificate with serial"):
        authority.revoke_serial("00ff")


def test_every_list_has_a_higher_number(authority: Authority) -> None:
    numbers = []
    for _ in range(3):
        authority.write_crl()
        extension = crl(authority).extensions.get_extension_for_class(x509.CRLNumber)
        numbers.append(extension.value.crl_number)
    assert numbers == [2, 3, 4]


def test_an_authority_is_the_same_after_a_reload(authority: Authority) -> None:
    issued = authority.issue_device("d-7f3k")
    again = Authority.load(authority.folder, clock=lambda: NOW)
    assert again.ca_pem == authority.ca_pem
    assert again.revoke("d-7f3k") == (issued.serial,)


def test_an_authority_is_never_made_over_another(authority: Authority) -> None:
    with pytest.raises(AuthorityError, match="already holds an authority"):
        Authority.create(authority.folder)


def test_a_folder_without_an_authority_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(AuthorityError, match="motcua-provision ca init"):
        Authority.load(tmp_path)


def test_a_damaged_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    other = Authority.create(tmp_path / "other", clock=lambda: NOW)
    (authority.folder / "ca.key").write_bytes((other.folder / "ca.key").read_bytes())
    with pytest.raises(AuthorityError, match=r"ca\.key does not belong to ca\.crt"):
        Authority.load(authority.folder)
    (authority.folder / "ca.crt").write_bytes(b"nonsense")
    with pytest.raises(AuthorityError, match="cannot be read"):
        Authority.load(authority.folder)


def test_a_damaged_ledger_stops_everything_and_frees_the_lock(authority: Authority) -> None:
    book = authority.folder / "ledger.json"
    whole = book.read_bytes()
    book.write_bytes(b"{")
    with pytest.raises(LedgerError, match=r"ledger\.json.*restore"):
        authority.issue_device("d-7f3k")
    book.write_bytes(whole)
    assert authority.issue_device("d-7f3k").name == "d-7f3k"


def test_a_server_certificate_is_renewed_for_the_same_hosts_when_due(tmp_path: Path) -> None:
    now = [NOW]
    authority = Authority.create(tmp_path / "ca", clock=lambda: now[0])
    folder = BrokerFolder(tmp_path / "broker")
    folder.write(authority, {}, hosts=["hub.example.vn", "127.0.0.1"], listen=Listen())
    first = (tmp_path / "broker" / "server.crt").read_bytes()
    now[0] = NOW + timedelta(days=59)
    folder.refresh(authority, {})
    assert (tmp_path / "broker" / "server.crt").read_bytes() == first
    now[0] = NOW + timedelta(days=61)
    folder.refresh(authority, {})
    second = x509.load_pem_x509_certificate((tmp_path / "broker" / "server.crt").read_bytes())
    assert second.not_valid_after_utc == now[0] + timedelta(days=90)
    assert hosts_of(second) == ("hub.example.vn", "127.0.0.1")


def test_a_client_certificate_has_no_hosts(authority: Authority) -> None:
    assert hosts_of(certificate(authority.issue_device("d-7f3k"))) == ()
