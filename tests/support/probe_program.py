"""A prober as a program of its own, for namespaces without a network: prints what it found.

    python -m support.probe_program KIND HOST PORT [REFERENCE]

One line of JSON for each sample; ends after a minute at the latest.
"""

import asyncio
import json
import sys

from motcua_contract.probes import ProbeKind, ProbeList, ProbeSpec, Reference
from motcua_probes.asking import NetworkAsker
from motcua_probes.judging import Judged, Spell
from motcua_probes.results import Sample
from motcua_probes.schedule import Prober
from support.probing import Notes


class Aloud(Notes):
    """Says every sample."""

    def told(self, sample: Sample, judged: Judged) -> None:
        change = judged.change.claim.value if judged.change else ""
        line = {"outcome": sample.outcome.value, "cause": sample.cause, "change": change}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    def closed(self, target: str, spells: tuple[Spell, ...]) -> None:
        """The end says nothing new."""


async def _main(kind: str, host: str, port: str, *references: str) -> None:
    spec = ProbeSpec(
        target="t", kind=ProbeKind(kind), host=host, port=int(port) or None,
        interval=300, retry=100, timeout=200,
    )  # fmt: skip
    told = tuple(Reference(kind=ProbeKind.ICMP, host=each) for each in references)
    prober = Prober("here", NetworkAsker(), Aloud())
    prober.change(ProbeList(probes=(spec,), references=told))
    async with asyncio.timeout(60):
        await prober.run()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
