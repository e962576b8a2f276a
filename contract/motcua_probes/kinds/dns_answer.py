"""DNS: a name server answers a question as it should. dnspython speaks."""

from typing import Final

import dns.asyncquery
import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype

from motcua_probes.attempt import Attempt
from motcua_probes.failures import ProbeError
from motcua_probes.results import Trouble

_CODES: Final = {
    dns.rcode.NXDOMAIN: Trouble.DNS_NXDOMAIN,
    dns.rcode.SERVFAIL: Trouble.DNS_SERVFAIL,
    dns.rcode.REFUSED: Trouble.DNS_REFUSED,
}


async def dns_answer(attempt: Attempt) -> None:
    """There is a record of the type asked for, and one of them is what is expected."""
    question = _question(attempt)
    address = await attempt.address()
    try:
        answer, _ = await dns.asyncquery.udp_with_fallback(
            question, address, port=attempt.port, timeout=attempt.spec.timeout / 1000
        )
    except dns.exception.Timeout as error:
        raise ProbeError(Trouble.TIMEOUT) from error
    except dns.exception.DNSException as error:
        raise ProbeError(Trouble.PROTOCOL, str(error)) from error
    _check(attempt, answer)


def _question(attempt: Attempt) -> dns.message.QueryMessage:
    try:
        return dns.message.make_query(attempt.spec.path or ".", attempt.spec.record)
    except (dns.exception.DNSException, ValueError) as error:
        raise ProbeError(Trouble.PROTOCOL, f"cannot be asked: {error}") from error


def _check(attempt: Attempt, answer: dns.message.Message) -> None:
    code = answer.rcode()
    if code != dns.rcode.NOERROR:
        trouble = _CODES.get(code, Trouble.DNS_ANSWER)
        raise ProbeError(trouble, dns.rcode.to_text(code))
    kind = dns.rdatatype.from_text(attempt.spec.record)
    texts = [str(record) for rrset in answer.answer if rrset.rdtype == kind for record in rrset]
    expected = attempt.spec.expect_body
    if not any(expected in text for text in texts):
        raise ProbeError(Trouble.DNS_ANSWER, f"{len(texts)} records, none as expected")
