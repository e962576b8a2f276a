"""Slips."""

import pytest

from motcua_contract.facts.printing import PrintPrinted, PrintRequested, PrintSent
from motcua_contract.vocabulary import PrintFailure, PrintState
from motcua_edge.domain import commands as c
from motcua_edge.domain.refusals import RefusalCode
from support.desk import Desk

OUT = PrintFailure.PAPER_OUT


def sent(ticket, job: int = 1) -> c.RecordPrintSent:
    return c.RecordPrintSent(ticket=ticket.id, job=job)


def reprint(ticket, **fields: object) -> c.RequestReprint:
    return c.RequestReprint(ticket=ticket.id, **{"reason": "mất phiếu", **fields})


def test_a_slip_is_sent_and_then_confirmed():
    desk = Desk()
    ticket = desk.issue("CT")
    assert desk.do(sent(ticket)) == (PrintSent(ticket=ticket.id, job=1),)
    assert desk.do(c.RecordPrinted(ticket=ticket.id, job=1)) == (
        PrintPrinted(ticket=ticket.id, job=1),
    )
    assert desk.ticket(ticket).print.state is PrintState.PRINTED


def test_a_slip_is_sent_once():
    desk = Desk()
    ticket = desk.issue("CT")
    desk.do(sent(ticket))
    refusal = desk.refused(sent(ticket), RefusalCode.WRONG_STATE)
    assert refusal.values["trang_thai"] == "sent"


@pytest.mark.parametrize(
    "kind", [c.RecordPrinted, lambda **k: c.RecordPrintUnknown(cause=OUT, **k)]
)
def test_nothing_is_known_of_a_slip_that_was_not_sent(kind):
    desk = Desk()
    ticket = desk.issue("CT")
    desk.refused(kind(ticket=ticket.id, job=1), RefusalCode.WRONG_STATE)


@pytest.mark.parametrize("begun", [False, True])
def test_a_failed_slip_is_printed_again_by_itself_once(begun):
    desk = Desk()
    ticket = desk.issue("CT")
    if begun:
        desk.do(sent(ticket))
    desk.do(c.RecordPrintFailed(ticket=ticket.id, job=1, cause=OUT))
    assert desk.ticket(ticket).print.cause is OUT
    (again,) = desk.do(reprint(ticket, reason="paper_out", automatic=True))
    assert again == PrintRequested(ticket=ticket.id, job=2, reason="paper_out", automatic=True)
    (second,) = desk.do(sent(ticket, 2))
    assert second.reprint
    desk.do(c.RecordPrintFailed(ticket=ticket.id, job=2, cause=OUT))
    desk.refused(reprint(ticket, automatic=True), RefusalCode.NOT_ALLOWED)
    assert desk.do(reprint(ticket, actor="an"))


def test_a_slip_whose_fate_is_unknown_needs_a_person():
    desk = Desk()
    ticket = desk.issue("CT")
    desk.do(sent(ticket))
    desk.do(c.RecordPrintUnknown(ticket=ticket.id, job=1, cause=PrintFailure.CRASH))
    desk.refused(reprint(ticket, automatic=True), RefusalCode.NOT_ALLOWED)
    assert desk.do(reprint(ticket, actor="an"))


def test_no_second_slip_while_one_is_on_its_way():
    desk = Desk()
    ticket = desk.issue("CT")
    desk.refused(reprint(ticket), RefusalCode.PRINT_BUSY)
    desk.do(sent(ticket))
    desk.refused(reprint(ticket), RefusalCode.PRINT_BUSY)


def test_a_reprint_needs_a_reason_and_a_ticket_that_is_not_over():
    desk = Desk()
    ticket = desk.issue("CT")
    desk.do(c.DropPrint(ticket=ticket.id, job=1))
    assert desk.ticket(ticket).print.cause is PrintFailure.STALE
    desk.refused(reprint(ticket, reason=" "), RefusalCode.REASON_REQUIRED)
    desk.do(c.WalkOut(ticket=ticket.id))
    desk.refused(reprint(ticket), RefusalCode.WRONG_STATE)


def test_an_outcome_of_an_older_slip_is_refused():
    desk = Desk()
    ticket = desk.issue("CT")
    desk.do(c.DropPrint(ticket=ticket.id, job=1))
    desk.do(reprint(ticket))
    desk.refused(sent(ticket, 1), RefusalCode.WRONG_STATE)


def test_a_failed_slip_may_be_dropped_a_printed_one_not():
    desk = Desk()
    failed, printed = desk.issue("CT"), desk.issue("CT")
    desk.do(c.RecordPrintFailed(ticket=failed.id, job=1, cause=OUT))
    desk.do(c.DropPrint(ticket=failed.id, job=1))
    desk.do(sent(printed))
    desk.do(c.RecordPrinted(ticket=printed.id, job=1))
    desk.refused(c.DropPrint(ticket=printed.id, job=1), RefusalCode.WRONG_STATE)


def test_slips_of_test_tickets_are_marked():
    desk = Desk()
    ticket = desk.issue("CT", test=True)
    assert desk.do(sent(ticket))[0].test
