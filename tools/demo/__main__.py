"""`make demo`: starts the province, fills it with people, says where to look, ends on Ctrl-C."""

import argparse
import asyncio
import contextlib
import functools
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from demo.api import Api
from demo.faults import Faults, all_faults
from demo.mailroom import Mailroom
from demo.offices import OFFICES, PIN
from demo.people import OfficePeople
from demo.processes import ProcessError, wait_until
from demo.records import fill
from demo.registered import devices_of
from demo.stack import Stack
from demo.technician import NAME, PASSWORD, Technician


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--speed", type=float, default=float(os.environ.get("SPEED") or 30))
    parser.add_argument("--seconds", type=float, default=float(os.environ.get("SECONDS_") or 0))
    parser.add_argument(
        "--faults", action="store_true", default=os.environ.get("FAULTS", "0") not in ("", "0")
    )
    parser.add_argument("--fault-every", type=float, default=20.0)
    parser.add_argument("--only", default="", help="names of faults, with commas; all without it")
    parser.add_argument(
        "--dir", type=Path, help="keep state and logs here instead of a temp folder"
    )
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(argv)


class Demo:
    """One run. `say` prints a line with the time since the start."""

    def __init__(self, options: argparse.Namespace, stack: Stack) -> None:
        self._options = options
        self._stack = stack
        self._began = time.monotonic()
        self._technician = Technician(stack.hub_url)
        self._people = {
            name: OfficePeople(site.office, site.url, options.speed, options.seed + n)
            for n, (name, site) in enumerate(stack.sites.items())
        }

    def say(self, line: str) -> None:
        """One line of progress."""
        print(f"[{time.monotonic() - self._began:6.1f} s] {line}", flush=True)

    def sign_up(self) -> None:
        """The hub's first account; it writes down what the offices have."""
        self._technician.sign_up(self._stack.setup_token)
        heard = self._technician.is_heard
        for name, site in self._stack.sites.items():
            wait_until(functools.partial(heard, name), f"the hub does not hear {name}")
            for device in devices_of(site):
                self._technician.register(name, device)
        titles = {name: site.office.name for name, site in self._stack.sites.items()}
        fill(Api.of(self._stack, "demo"), titles, self._stack.server_port)

    def show_pages(self) -> None:
        """Where to click."""
        print(f"\nhub          {self._stack.hub_url}/   account: {NAME}   password: {PASSWORD}")
        for site in self._stack.sites.values():
            print(f"\n{site.office.size}  {site.office.name}")
            for page in ("kiosk", "counter", "board", "rating/1", "technician"):
                print(f"   {page:<11} {site.url}/{page}")
            print(f"   paper       {site.slips}\n   sound       {site.sound}")
        print(f"\nletters and short messages of the hub: {self._stack.folder / 'mail'}")
        print(f"\nPIN of every officer (cb01, cb02 …) and of the technician (ky-thuat): {PIN}")
        print(f"logs and state: {self._stack.folder}\nCtrl-C stops everything.\n", flush=True)

    async def run(self, stop: asyncio.Event) -> None:
        """People act until `stop` is set or the time is over."""
        tasks = [asyncio.create_task(people.run()) for people in self._people.values()]
        tasks.append(asyncio.create_task(self._progress()))
        if self._options.faults:
            tasks.append(asyncio.create_task(self._faults().run()))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._options.seconds or None):
                await _first_end(tasks, stop)
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result

    def _faults(self) -> Faults:
        known = {fault.name: fault for fault in all_faults(self._stack)}
        if "switch_off" not in known:
            self.say("the switch stays on: only root may switch it off")
        names = self._options.only.split(",") if self._options.only else known
        if strange := [name for name in names if name not in known]:
            msg = f"no fault here is called {', '.join(strange)}; there are: {', '.join(known)}"
            raise ProcessError(msg)
        chosen = [known[name] for name in names]
        return Faults(chosen, self._technician, self.say, self._options.fault_every)

    async def _progress(self) -> None:
        while True:
            await asyncio.sleep(5)
            for name, people in self._people.items():
                n = people.count
                slips = len(self._stack.sites[name].slip_records())
                self.say(
                    f"{name:<11} issued {n['issued']:4}  on paper {slips:4}  "
                    f"called {n['called']:4}  served {n['served']:4}  missed {n['missed']:3}  "
                    f"rated {n['rated']:3}"
                )


async def _first_end(tasks: list[asyncio.Task[None]], stop: asyncio.Event) -> None:
    waiter = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([*tasks, waiter], return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiter.cancel()


async def _live(options: argparse.Namespace, stack: Stack) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    demo = Demo(options, stack)
    demo.say("starting broker, hub and three offices …")
    starting = asyncio.create_task(asyncio.to_thread(stack.start))
    await starting
    await asyncio.to_thread(demo.sign_up)
    demo.say("everything is up")
    demo.show_pages()
    await demo.run(stop)
    demo.say("stopping …")


def province(folder: Path) -> Stack:
    """The demo's three offices, each with its devices; nothing runs yet."""
    return Stack(
        folder,
        OFFICES,
        with_ups=[OFFICES[1].site],
        with_camera=[OFFICES[2].site],
        with_devices=[office.site for office in OFFICES],
        reconnect_cap_s=2.0,
        mailroom=Mailroom(folder / "mail"),
        with_server=True,
    )


def main(argv: Sequence[str] | None = None) -> int:
    """Run the demo; 0 when it ended as asked, 1 when a program did not start."""
    options = _arguments(argv)
    folder = options.dir or Path(tempfile.mkdtemp(prefix="motcua-demo-"))
    stack = province(folder)
    try:
        asyncio.run(_live(options, stack))
    except (ProcessError, TimeoutError) as error:
        print(f"\nThe demo could not go on: {error}", file=sys.stderr)
        return 1
    finally:
        stack.stop()
        if options.dir is None and not os.environ.get("KEEP"):
            shutil.rmtree(folder, ignore_errors=True)
        print("everything is stopped")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
