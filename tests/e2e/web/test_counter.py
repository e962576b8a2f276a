"""An officer at the counter, the board that follows, and the citizen who rates."""

import time

import pytest

from motcua_contract.facts.tickets import TicketCalled
from motcua_contract.vocabulary import HealthState, Priority
from motcua_edge.domain import commands as c
from support.browser import BOARD, COUNTER, PHONE, new_screen, open_page, serving
from support.waiting import until_async
from support.webapp import PIN

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def checked(screen, name):
    await screen.shot(name)
    assert await screen.violations() == []
    assert await screen.clipped() == []


async def sit(screen, office, number=1, officer="lan", size=COUNTER):
    """Pair with a code and log in, as people do."""
    counter = await screen("/counter", size)
    page = counter.page
    await page.fill("#code", office.sessions.pairing_code(number, "tuan"))
    await page.click("button[type=submit]")
    await page.wait_for_selector("#pin")
    await page.select_option("#officer", officer)
    await page.fill("#pin", PIN)
    await page.click("button[type=submit]")
    await page.wait_for_selector("#act-next")
    return counter


async def test_a_log_in_answered_after_the_page_moved_on_breaks_nothing(screen, office):
    page = (await screen("/counter", COUNTER)).page

    async def late(route):
        answer = await route.fetch()
        await page.wait_for_selector("#act-next")
        await route.fulfill(response=answer)

    await page.fill("#code", office.sessions.pairing_code(1, "tuan"))
    await page.click("button[type=submit]")
    await page.wait_for_selector("#pin")
    await page.route("**/login", late)
    await page.select_option("#officer", "lan")
    await page.fill("#pin", PIN)
    async with page.expect_response("**/login"):
        await page.click("button[type=submit]")
    await page.wait_for_selector("#act-next")


async def test_another_machine_of_an_open_counter_asks_to_log_in_and_takes_over(screen, office):
    first = (await sit(screen, office)).page
    second = await screen("/counter", COUNTER)
    await second.page.fill("#code", office.sessions.pairing_code(1, "tuan"))
    await second.page.click("button[type=submit]")
    await second.page.wait_for_selector("#pin")
    await checked(second, "counter-elsewhere")
    assert await second.page.locator("#officer option").all_inner_texts() == ["Nguyễn Thị Lan"]
    await second.page.fill("#pin", PIN)
    await second.page.click("button[type=submit]")
    await second.page.wait_for_selector("#act-next")
    await line_up(office, 1)
    await second.page.click("#act-next")
    await until_async(lambda: "called" in states(office).values())
    await first.click("#act-start")
    await first.wait_for_selector("#pin")


async def line_up(office, count=3, service="CT"):
    for number in range(count):
        await office.do(c.IssueTicket(service=service, device=f"{service}{number}".lower()))


def states(office):
    return {t.label: t.state.value for t in office.state.tickets.values()}


async def test_pairing_and_log_in_faces(screen, office):
    counter = await screen("/counter", COUNTER)
    page = counter.page
    await page.wait_for_selector("#code")
    await checked(counter, "counter-pair")
    await page.fill("#code", "000000")
    await page.click("button[type=submit]")
    await page.wait_for_selector(".toast.bad:not(:empty)")
    await page.fill("#code", office.sessions.pairing_code(1, "tuan"))
    await page.click("button[type=submit]")
    await page.wait_for_selector("#pin")
    await checked(counter, "counter-login")
    await page.fill("#pin", "0000")
    await page.click("button[type=submit]")
    await until_async_text(page, "#toast", "Sai mã PIN.")


async def until_async_text(page, selector, text):
    await page.wait_for_function(
        "([s, t]) => document.querySelector(s)?.textContent.includes(t)", arg=[selector, text]
    )


async def test_a_ticket_goes_from_call_to_rating_on_three_screens(screen, office):
    await line_up(office)
    counter = await sit(screen, office)
    board = await screen("/board", BOARD, touch=False)
    rating = await screen("/rating/1", PHONE)
    await rating.page.wait_for_selector(".plain-face")
    await checked(rating, "rating-wait-phone")
    await board.page.wait_for_selector(".lines")
    await checked(board, "board-empty")
    await checked(counter, "counter-idle")
    await counter.page.keyboard.press("F2")
    await counter.page.wait_for_selector("#current")
    await until_async_text(board.page, ".call", "A001")
    await checked(board, "board-call")
    await checked(counter, "counter-called")
    await counter.page.keyboard.press("F8")
    await counter.page.wait_for_selector(".current.serving")
    office.clock.advance(95_000)
    await checked(counter, "counter-serving")
    assert await rating.page.locator(".level").count() == 0
    await counter.page.keyboard.press("F9")
    await counter.page.wait_for_selector(".wrap")
    await checked(counter, "counter-wrap-up")
    await rating.page.wait_for_selector(".level")
    assert "Nguyễn Thị Lan" in await rating.page.inner_text(".officer")
    await checked(rating, "rating-open-phone")
    await rating.page.tap("#level-1")
    await rating.page.wait_for_selector(".reasons")
    await checked(rating, "rating-reasons-phone")
    await rating.page.tap(".reason >> nth=0")
    await rating.page.fill("textarea", "Chờ lâu")
    await rating.page.tap("#send")
    await rating.page.wait_for_selector(".plain-face.good")
    await checked(rating, "rating-thanks-phone")
    given = office.journal.facts[-1]
    assert (given.level, given.reasons, given.comment) == (1, ("wait",), "Chờ lâu")
    await counter.page.click("#act-wrap")
    await until_async(lambda: states(office)["A001"] == "served")


def hand(page):
    """Presses a button of the counter page, and the dialog's OK when it asks."""

    async def press(name, *, confirm=False):
        await page.click(f"#act-{name}:enabled")
        if confirm:
            await page.click("#dialog .primary")

    return press


async def test_priority_requeue_recall_miss_and_rejoin(screen, office):
    await line_up(office, 3)
    await office.do(c.IssueTicket(service="HT", device="p", priority=Priority.ELDERLY))
    page = (await sit(screen, office)).page
    press = hand(page)
    await press("priority")
    await until_async(lambda: states(office)["B001"] == "called")
    await press("requeue")
    await until_async(lambda: states(office)["B001"] == "waiting")
    await press("next")
    await page.wait_for_selector("#current")
    office.clock.advance(6000)
    await press("recall")
    await until_async_text(page, ".current", "Đã gọi 2 lần")
    office.clock.advance(6000)
    await press("miss")
    await until_async(lambda: "missed" in states(office).values())
    await page.click(".parked .mini:not(.strong)")
    await until_async(lambda: "missed" not in states(office).values())


async def test_hold_away_undo_transfer_and_calling_somebody_back(screen, office):
    await line_up(office, 3)
    counter = await sit(screen, office)
    page, press = counter.page, hand(counter.page)
    await press("next")
    await press("start")
    await press("hold", confirm=True)
    await until_async(lambda: "on_hold" in states(office).values())
    await page.click(".parked .mini.strong:enabled")
    await page.click("#dialog .primary")
    await press("start")
    await press("away", confirm=True)
    await until_async(lambda: "away" in states(office).values())
    await press("next")
    await press("start")
    await press("undo")
    await page.wait_for_selector(".current.called")
    await press("start")
    await press("transfer")
    await page.wait_for_selector("#dialog select[name=to_service]")
    await checked(counter, "counter-transfer")
    await page.select_option("#dialog select[name=to_service]", "DD")
    await page.click("#dialog .primary")
    await until_async(lambda: any(t.service == "DD" for t in office.state.tickets.values()))


async def test_void_with_a_supervisors_pin_fault_pause_and_close(screen, office):
    await line_up(office, 1)
    counter = await sit(screen, office)
    page, press = counter.page, hand(counter.page)
    await press("next")
    await press("void")
    await page.fill("#dialog input[name=supervisor_pin]", PIN)
    await checked(counter, "counter-void")
    await page.click("#dialog .primary")
    await until_async(lambda: states(office)["A001"] == "void")
    await press("fault", confirm=True)
    await until_async(lambda: type(office.journal.facts[-1]).TYPE == "fault.reported/1")
    await press("pause", confirm=True)
    await page.wait_for_selector(".current.paused")
    await checked(counter, "counter-paused")
    await press("resume")
    await press("close")
    await page.wait_for_selector("#pin")


async def test_a_fault_reported_by_mistake_is_taken_back_within_a_minute(screen, office):
    counter = await sit(screen, office)
    page, press = counter.page, hand(counter.page)
    await press("fault", confirm=True)
    await until_async(lambda: type(office.journal.facts[-1]).TYPE == "fault.reported/1")
    await page.wait_for_selector("#act-withdraw")
    await checked(counter, "counter-reported")
    await page.click("#act-withdraw")
    await until_async(lambda: type(office.journal.facts[-1]).TYPE == "fault.withdrawn/1")
    assert office.journal.facts[-1].component == office.journal.facts[-2].component
    await page.wait_for_selector("#act-withdraw", state="detached")


async def test_calling_out_of_turn_is_refused_to_an_officer_in_vietnamese(screen, office):
    await line_up(office, 2)
    page = (await sit(screen, office)).page
    await page.click("#act-call")
    await page.fill("#dialog input[name=number]", "a002")
    await page.click("#dialog .primary")
    await until_async_text(page, "#toast", "Chỉ người phụ trách")
    assert states(office)["A002"] == "waiting"


async def test_a_refusal_is_shown_in_vietnamese(screen, office):
    counter = await sit(screen, office)
    await counter.page.click("#act-next")
    await until_async_text(counter.page, "#toast", "Không còn người chờ.")


async def test_what_is_broken_is_written_at_the_counter_and_on_the_board(screen, office):
    await line_up(office, 2)
    counter = await sit(screen, office)
    board = await screen("/board", BOARD, touch=False)
    outcome = await office.do(c.CallNext(counter=1, officer="lan"))
    called = next(f for f in outcome.facts if isinstance(f, TicketCalled))
    await office.do(
        c.RecordNotPlayed(
            ticket=called.ticket,
            call=called.call,
            times=1,
            zone="main",
            outcome="failed",
            cause="no_device",
        )
    )
    await board.page.wait_for_selector(".call.flash")
    await office.health("announcer", HealthState.CRITICAL, "no_device")
    await office.health("printer", HealthState.CRITICAL, "paper_out")
    await office.do(c.CallHelp(device="kiosk"))
    await counter.page.wait_for_selector(".warnings .help")
    await until_async_text(board.page, "#banner", "Loa đang gặp sự cố")
    assert "Hết giấy" in await counter.page.inner_text(".warnings")
    await checked(counter, "counter-warnings")
    await checked(board, "board-silent")


async def test_the_counter_works_on_a_phone(screen, office):
    await line_up(office)
    counter = await sit(screen, office, size=PHONE)
    await counter.page.tap("#act-next")
    await counter.page.wait_for_selector("#current")
    await checked(counter, "counter-phone")


async def test_a_busy_board_fits(screen, office):
    await line_up(office, 8)
    await line_up(office, 5, "DD")
    for number, officer in ((1, "lan"), (2, "hoa"), (3, "minh")):
        paired = await office.sessions.pair(number, "tuan")
        await office.do(c.LogIn(officer=officer, counter=number, device=paired.device))
    for _ in range(3):
        outcome = await office.do(c.CallNext(counter=2, officer="hoa"))
        called = next(f for f in outcome.facts if isinstance(f, TicketCalled))
        office.clock.advance(9000)
        await office.do(c.Miss(ticket=called.ticket, counter=2, officer="hoa"))
    back = office.clock.wall + 900_000
    await office.do(c.PauseCounter(counter=2, officer="hoa", reason="Nghỉ giải lao", back_at=back))
    await office.do(c.CallNext(counter=1, officer="lan"))
    await office.do(c.CallNext(counter=3, officer="minh"))
    board = await screen("/board", BOARD, touch=False)
    await board.page.wait_for_selector(".paused")
    assert await board.page.locator(".rows .row").count() == 2
    assert await board.page.locator(".chips li").count() == 3
    await checked(board, "board-busy")
    cut = await board.page.evaluate(
        "() => [...document.querySelectorAll('.panel, .row, .invite')]"
        ".filter(e => e.scrollHeight > e.clientHeight + 3).map(e => e.className)"
    )
    assert cut == []


async def test_a_zone_shows_its_own_calls_only(screen, office):
    await line_up(office, 1)
    paired = await office.sessions.pair(1, "tuan")
    await office.do(c.LogIn(officer="lan", counter=1, device=paired.device))
    await office.do(c.CallNext(counter=1, officer="lan"))
    upper = await screen("/board?zone=upper", BOARD, touch=False)
    await upper.page.wait_for_selector(".lines")
    assert await upper.page.locator(".rows .row").count() == 0


async def test_the_board_says_within_ten_seconds_that_it_is_stale_and_recovers(browser, office):
    async with serving(office) as base:
        board = await new_screen(browser, BOARD, touch=False)
        await open_page(board, base + "/board")
        await board.page.wait_for_selector(".lines")
        await board.page.context.set_offline(True)
        started = time.monotonic()
        await line_up(office, 2)
        await until_async_text(board.page, "#banner", "Mất kết nối")
        assert time.monotonic() - started < 10
        await checked(board, "board-stale")
        await board.page.context.set_offline(False)
        await board.page.wait_for_function(
            "() => document.querySelector('#banner').textContent === ''", timeout=15_000
        )
        await until_async_text(board.page, ".lines", "2")


async def test_a_killed_server_is_noticed_and_its_return_too(browser, office):
    server = serving(office)
    base = await server.__aenter__()
    board = await new_screen(browser, BOARD, touch=False)
    await open_page(board, base + "/board")
    await board.page.wait_for_selector(".lines")
    started = time.monotonic()
    await server.__aexit__(None, None, None)
    await until_async_text(board.page, "#banner", "Mất kết nối")
    assert time.monotonic() - started < 10
