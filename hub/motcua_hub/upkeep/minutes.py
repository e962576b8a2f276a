"""Minutes of a check: written down, signed, and printed with places for two signatures."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import msgspec
from sqlalchemy import Connection

from motcua_hub.domain.health.kinds import DeviceClass
from motcua_hub.domain.localtime import day_of
from motcua_hub.domain.notice.text import Say, moment
from motcua_hub.domain.upkeep import findings
from motcua_hub.domain.upkeep.checklists import Form, Item
from motcua_hub.domain.upkeep.duties import Basis, Duty
from motcua_hub.domain.upkeep.findings import Faulty, Finding, Minutes, Result
from motcua_hub.domain.upkeep.policy import items_of
from motcua_hub.store import assets, papers, policies, servicing
from motcua_hub.store.assets import Asset
from motcua_hub.store.servicing import Record, Said
from motcua_hub.upkeep import failures, sheets, tasks
from motcua_hub.upkeep.drafting import Desk

MAX_NAME: Final = 120
MAX_NOTE: Final = 1000


class SigningRefusal(ValueError):  # noqa: N818 - a refusal is no error of the program
    """Not now; `code` is the key of a text."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _day(text: str, today: date) -> date:
    """When it was done: not in the future, not more than a year ago."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Faulty({"done_on": "maint.fault.day"}) from None
    if day > today or (today - day).days > 366:  # noqa: PLR2004 - a year, at most
        raise Faulty({"done_on": "maint.fault.day.range"})
    return day


def items(connection: Connection, asset: Asset, duty: Duty, day: date) -> tuple[Item, ...]:
    """The checklist of a device with the limits that hold on a day."""
    return items_of(asset.kind, duty, policies.on(connection, day).policy)


def read_date(text: str | None) -> date | None:
    """An ISO day; None for none. Raises ValueError."""
    return None if text is None else date.fromisoformat(text)


def day_done(form: Mapping[str, str], today: date) -> date:
    """When a form says it was done; today where that is no day."""
    try:
        return _day(form.get("done_on", ""), today)
    except Faulty:
        return today


def judged(
    asset: Asset,
    duty: Duty,
    form: Mapping[str, str],
    items: Sequence[Item],
    *,
    promised: float | None,
    today: date,
) -> Said:
    """What a form says, judged: `item-KEY` and `why-KEY`, done_on, technician, witness, note.

    Args:
        asset: The device.
        duty: What was done.
        form: The answers.
        items: The checklist with the limits of the day.
        promised: What this device was promised to reach.
        today: It was done today, or before.

    Raises:
        Faulty: By item or field, keys of texts.
    """
    faults: dict[str, str] = {}
    found: list[Finding] = []
    day = today
    try:
        answers = {item.key: form.get(f"item-{item.key}", "") for item in items}
        reasons = {item.key: form.get(f"why-{item.key}", "") for item in items}
        found = findings.judge(items, answers, reasons, promised)
    except Faulty as wrong:
        faults |= wrong.faults
    try:
        day = _day(form.get("done_on", ""), today)
    except Faulty as wrong:
        faults |= wrong.faults
    technician = " ".join(form.get("technician", "").split())[:MAX_NAME]
    if not technician:
        faults["technician"] = "maint.fault.technician"
    if faults:
        raise Faulty(faults)
    return Said(
        asset=asset.id,
        site=asset.site,
        kind=asset.kind,
        duty=duty.value,
        done_on=day.isoformat(),
        result=findings.result(found),
        findings=tuple(found),
        technician=technician,
        witness=" ".join(form.get("witness", "").split())[:MAX_NAME],
        note=" ".join(form.get("note", "").split())[:MAX_NOTE],
    )


def basis_words(say: Say, basis: Basis) -> str:
    """What a duty rests on, in words."""
    if basis.days is not None:
        return say("maint.basis.vendor", n=basis.days)
    name = "rule" if basis.duty is Duty.CALIBRATION else "monthly"
    return say(f"maint.basis.{name}")


def _basis(connection: Connection, asset: Asset, duty: str) -> Basis:
    facts = tasks.known(connection, asset)
    all_of_them = tasks.bases_of(facts, asset)
    return next((one for one in all_of_them if one.duty == duty), all_of_them[0])


def _asset(connection: Connection, record: Record) -> Asset:
    found = assets.find(connection, record.site, record.asset)
    if found is None:
        raise SigningRefusal("maint.refused.gone")
    return found


def _minutes(
    connection: Connection, desk: Desk, record: Record, *, number: int, actor: str, now: int
) -> Minutes:
    asset = _asset(connection, record)
    facts = tasks.known(connection, asset)
    return Minutes(
        id=record.id,
        number=number,
        year=day_of(now).year,
        asset=asset.id,
        site=asset.site,
        site_name=facts.names.get(asset.site, asset.site),
        kind=asset.kind,
        name=asset.name,
        model=asset.model,
        serial=asset.serial,
        duty=record.duty,
        basis=basis_words(desk.say, _basis(connection, asset, record.duty)),
        done_on=record.done_on,
        result=record.result.value,
        findings=record.findings,
        technician=record.technician,
        witness=record.witness,
        note=record.note,
        recorded_by=record.recorded_by,
        signed_by=actor,
        signed_at=now,
    )


def sign(connection: Connection, desk: Desk, record_id: int, *, actor: str, now: int) -> Record:
    """Number and seal a record; a failure opens an incident in the same transaction.

    Raises:
        SigningRefusal: There is none, or it was signed before.
    """
    record = servicing.find(connection, record_id)
    if record is None or record.state != servicing.RECORDED:
        raise SigningRefusal("maint.refused.signed")
    asset = _asset(connection, record)
    year = day_of(now).year
    number = papers.next_number(connection, papers.SERVICING, year)
    whole = _minutes(connection, desk, record, number=number, actor=actor, now=now)
    incident = None
    if record.result is Result.FAIL:
        incident = failures.opened(connection, desk.say, asset, record, actor=actor, now=now)
    sealed, digest = findings.seal(whole)
    done = servicing.sign(
        connection,
        record_id,
        year=year,
        number=number,
        sha256=digest,
        sealed=sealed,
        incident=incident,
        actor=actor,
        now=now,
    )
    signed = servicing.find(connection, record_id)
    if not done or signed is None:
        raise SigningRefusal("maint.refused.signed")
    return signed


def intact(record: Record) -> bool | None:
    """Whether signed minutes still have their hash; None for those that nobody signed."""
    if record.sealed is None:
        return None
    whole = msgspec.json.decode(record.sealed, type=Minutes)
    same = (whole.id, whole.findings, whole.result) == (record.id, record.findings, record.result)
    return same and findings.digest(record.sealed) == record.sha256


def limit(say: Say, one: Finding) -> str:
    """The limits of an item in words."""
    if one.form == Form.CHECK:
        return say("maint.limit.check")
    values = {"thap": plain(one.low), "cao": plain(one.high), "don_vi": one.unit}
    if one.low is not None and one.high is not None:
        kind = "exact" if one.low == one.high else "high" if one.low == 0 else "between"
    else:
        kind = "low" if one.high is None else "high"
    return say(f"maint.limit.{kind}", **values).strip()


def plain(value: float | None) -> str:
    """A number as people write it: `2`, `1,5`."""
    return "" if value is None else f"{value:g}".replace(".", ",")


def value(say: Say, one: Finding) -> str:
    """What was found, in words."""
    if one.form == Form.CHECK:
        return say("maint.yes" if one.value == 1 else "maint.no")
    return f"{plain(one.value)} {one.unit}".strip()


def pdf(connection: Connection, desk: Desk, record: Record, now: int) -> bytes:
    """The minutes on paper; those that nobody signed say so."""
    signed = record.sealed is not None
    if record.sealed is not None:
        whole = msgspec.json.decode(record.sealed, type=Minutes)
    else:
        whole = _minutes(connection, desk, record, number=0, actor="", now=now)
    say = desk.say
    rows = [
        (
            say(f"maint.item.{one.key}"),
            limit(say, one),
            value(say, one),
            say(f"maint.verdict.{one.verdict.value}"),
            one,
        )
        for one in record.findings
    ]
    html = (
        sheets.environment(say)
        .get_template("minutes.html")
        .render(
            head=desk.head,
            minutes=whole,
            class_name=say(f"class.{record.kind}")
            if record.kind in set(DeviceClass)
            else record.kind,
            number=f"{record.number}/{say('minutes.mark')}" if signed else "",
            day=sheets.day(say, desk.head, record.signed_at or now),
            when=date.fromisoformat(record.done_on),
            rows=rows,
            signed=signed,
            signed_at=moment(say, record.signed_at or 0),
            sha256=record.sha256 or "",
        )
    )
    return sheets.printed(html)
