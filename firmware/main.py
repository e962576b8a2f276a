"""Started by MicroPython at power-on: the loader picks a slot, the slot's `pad.app` runs.

Hold the first button at power-on to get the REPL instead, for `make firmware-flash`.
"""

import sys

import loader


def begin():
    """Run the pad for ever."""
    settings = loader.settings()
    board = __import__("boards." + settings["board"], None, None, ("board",)).board()
    if board.first_is_down():
        return
    slots = loader.Slots()
    sys.path.insert(0, slots.start())
    from pad.app import App

    App(settings, board, slots).run()


begin()
