"""Facts: what happened in an office, one frozen struct per type and version.

On the wire and in the journal a fact is its type name, such as `ticket.issued/1`, and a JSON body.
A body never names its site: the topic does. It never carries a citizen's name, phone or ID number.
"""

from motcua_contract.facts.catalogue import (
    FACT_TYPES,
    Fact,
    FactDecodeError,
    decode,
    encode,
    type_name,
)

__all__ = ["FACT_TYPES", "Fact", "FactDecodeError", "decode", "encode", "type_name"]
