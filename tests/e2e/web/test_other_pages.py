"""The technician's page, the index, the rating screen of five levels, and axe itself."""

import pytest
from playwright.async_api import expect

from motcua_contract.sentences import say
from motcua_contract.siteconfig import RatingPolicy
from motcua_contract.vocabulary import HealthState
from motcua_edge.domain import commands as c
from motcua_edge.services.pads import PadCard, Progress
from support.browser import COUNTER, KIOSK, PHONE, new_screen, open_page, serving
from support.waiting import until_async
from support.webapp import PIN, Office, demo_site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def checked(screen, name):
    await screen.shot(name)
    assert await screen.violations() == []
    assert await screen.clipped() == []


async def technician(screen, size=COUNTER):
    page = await screen("/technician", size)
    await page.page.fill("#officer", "tuan")
    await page.page.fill("#pin", PIN)
    await page.page.click("button[type=submit]")
    await page.page.wait_for_selector(".grid")
    return page


async def test_axe_really_finds_faults(screen):
    page = await screen("/", COUNTER)
    await page.page.evaluate("() => { document.body.append(new Image()) }")
    assert any("image-alt" in fault for fault in await page.violations())


async def test_the_index_leads_to_every_screen(screen):
    page = await screen("/", COUNTER)
    await checked(page, "index")
    links = await page.page.evaluate("() => [...document.links].map(a => a.pathname)")
    expected = {"/kiosk", "/board", "/counter", "/technician", "/rating/1", "/rating/4"}
    assert expected <= set(links)


@pytest.mark.parametrize(("size", "name"), [(COUNTER, "technician"), (PHONE, "technician-phone")])
async def test_a_technician_sees_health_and_pairs_a_counter(screen, office, size, name):
    await office.health("printer", HealthState.OK)
    await office.health("announcer", HealthState.CRITICAL, "no_device")
    await office.health("ups", HealthState.PROBLEM, "on_battery")
    page = await technician(screen, size)
    await page.page.click("#code-2")
    await page.page.wait_for_selector(".code b")
    await checked(page, name)
    code = await page.page.inner_text(".code b")
    assert (await office.sessions.pair_with_code(code, "192.168.1.9")).counter == 2
    await page.page.click("#here-3")
    await until_async(lambda: any(d.counter == 3 for d in office.state.devices.values()))


async def test_a_fault_says_what_to_do_now_and_a_word_on_the_sound_is_taken(screen, office):
    await office.health("printer", HealthState.CRITICAL, "paper_out")
    page = (await technician(screen)).page
    card = page.locator("#card-printer")
    await expect(card.get_by_text("Mở nắp, thay cuộn giấy")).to_be_visible()
    assert await card.locator("li").count() == 3
    await page.click("#sound-unheard")
    await until_async(lambda: office.log.used == ["heard False by tuan"])


async def test_a_technician_stops_watching_a_screen_and_watches_it_again(screen, office):
    await office.health("display-hall", HealthState.CRITICAL, "not_connected")
    await office.health("display-old", HealthState.DEACTIVATED)
    page = await technician(screen)
    await expect(page.page.locator("#unused summary")).to_have_text("Không dùng (1)")
    await page.page.click("#aside-display-hall")
    await checked(page, "technician-aside-question")
    await page.page.click("#dialog .primary")
    await page.page.wait_for_selector("#back-display-hall")
    assert office.state.office.screens_aside["display-hall"].actor == "tuan"
    await page.page.click("#unused summary")
    await checked(page, "technician-aside")
    await page.page.click("#back-display-hall")
    await page.page.wait_for_selector("#aside-display-hall")
    await expect(page.page.locator("#unused")).to_have_attribute("open", "")
    assert office.state.office.screens_aside == {}


class OldPad:
    """A pad with old firmware at counter 2, whose update does what a test says."""

    def __init__(self, clock):
        self.clock = clock
        self.update_now = None
        self.firmware = "26.10.1"
        self.asked = []

    def cards(self):
        card = PadCard(
            name="pad-2",
            counter=2,
            firmware=self.firmware,
            shipped="26.11.1",
            old=self.firmware != "26.11.1",
            rolled_back=False,
            update=self.update_now,
        )
        return (card,)

    async def update(self, name, actor):
        self.asked.append((name, actor))
        self.goes("running", 40)

    def goes(self, state, sent, why=""):
        self.clock.advance(2_000)  # snapshots are made anew after a second
        self.update_now = Progress(state=state, firmware="26.11.1", size=100, sent=sent, why=why)


async def test_a_technician_updates_a_pad_and_sees_how_it_goes(browser, office):
    pads = OldPad(office.clock)
    async with serving(office, pads=pads) as base:
        screen = await new_screen(browser, COUNTER)
        await open_page(screen, base + "/technician")
        page = screen.page
        await page.fill("#officer", "tuan")
        await page.fill("#pin", PIN)
        await page.click("button[type=submit]")
        await page.click("#update-pad-2")
        await checked(screen, "technician-pad-question")
        await page.click("#dialog .primary")
        await expect(page.get_by_text("Đang gửi bản 26.11.1: 40 %")).to_be_visible()
        await checked(screen, "technician-pad-running")
        pads.goes("failed", 40, say("update.no_answer", pad="pad-2", of="part"))
        await expect(page.get_by_text("Cập nhật lên 26.11.1 không xong")).to_be_visible()
        await checked(screen, "technician-pad-failed")
        await page.click("#update-pad-2")
        await page.click("#dialog .primary")
        await expect(page.get_by_text("40 %")).to_be_visible()
        pads.goes("done", 100)
        await expect(page.get_by_text("đang khởi động lại")).to_be_visible()
        pads.firmware = "26.11.1"
        pads.goes("done", 100)
        await expect(page.get_by_text("đang chạy 26.11.1, mới nhất")).to_be_visible()
        await page.context.close()
    assert pads.asked == [("pad-2", "tuan")] * 2


async def test_a_technician_tests_trains_and_suspends(screen, office):
    page = (await technician(screen)).page
    await page.click("#test-print")
    await page.click("#test-sound")
    await until_async(lambda: office.log.used == ["print", "sound"])
    await page.click("#training")
    await until_async(lambda: office.state.office.training)
    await page.click("#stop-CT")
    await page.fill("#dialog input[name=reason]", "Bảo trì")
    await page.click("#dialog .primary")
    await page.wait_for_selector("#open-CT")
    assert office.state.services["CT"].reason == "Bảo trì"
    await page.click("#open-CT")
    await page.wait_for_selector("#stop-CT")
    await page.click("#logout")
    await page.wait_for_selector("#pin")


async def test_the_technicians_log_in_face(screen):
    page = await screen("/technician", COUNTER)
    await page.page.wait_for_selector("#pin")
    await checked(page, "technician-login")


async def _served(office):
    paired = await office.sessions.pair(1, "tuan")
    await office.do(c.LogIn(officer="lan", counter=1, device=paired.device))
    await office.do(c.IssueTicket(service="CT", device="k1"))
    await office.do(c.CallNext(counter=1, officer="lan"))
    ticket = next(iter(office.state.tickets))
    who = {"ticket": ticket, "counter": 1, "officer": "lan"}
    await office.do(c.Start(**who))
    office.clock.advance(60_000)
    await office.do(c.Finish(**who, nonce_sha256=office.desk.seal(ticket)))
    return ticket


@pytest.mark.parametrize("size", [(1280, 800), PHONE])
async def test_five_levels_fit_and_a_good_one_needs_a_single_touch(browser, size):
    office = Office(site=demo_site(rating=RatingPolicy(scale=5, reasons_at_or_below=2)))
    ticket = await _served(office)
    async with serving(office) as base:
        rating = await new_screen(browser, size)
        await open_page(rating, base + "/rating/1")
        await rating.page.wait_for_selector("#level-5")
        await checked(rating, f"rating-five-{size[0]}")
        await rating.page.tap("#level-4")
        await rating.page.wait_for_selector(".plain-face.good")
        assert office.state.tickets[ticket].rating.level == 4


async def test_a_rating_may_be_skipped(screen, office):
    ticket = await _served(office)
    rating = await screen("/rating/1", (1280, 800))
    await rating.page.tap("#skip")
    await rating.page.wait_for_selector(".plain-face.good")
    assert office.state.tickets[ticket].rating.state.value == "declined"
    assert office.state.tickets[ticket].rating.level is None


async def test_an_expired_window_says_so(screen, office):
    await _served(office)
    rating = await screen("/rating/1", PHONE)
    await rating.page.wait_for_selector(".level")
    office.clock.advance(5 * 60_000 + 1000)
    await office.tick()
    await rating.page.wait_for_selector(".plain-face")
    assert "Đã hết thời gian" in await rating.page.inner_text("main")
    await checked(rating, "rating-expired")


async def test_with_reduced_motion_nothing_moves(browser, office, base):
    await _served(office)
    context = await browser.new_context(
        viewport={"width": KIOSK[0], "height": KIOSK[1]}, reduced_motion="reduce", has_touch=True
    )
    kiosk = await new_screen(browser, KIOSK, context=context)
    await open_page(kiosk, base + "/kiosk")
    await kiosk.page.tap("#field-CT")
    await kiosk.page.tap("#purpose-submit")
    await kiosk.page.tap("#take")
    await kiosk.page.wait_for_selector(".slip-note.busy .icon")
    style = "() => getComputedStyle(document.querySelector('.slip-note .icon')).animationName"
    assert await kiosk.page.evaluate(style) == "none"
