"""A pad: the real firmware in MicroPython's unix port, with buttons that tests press."""

from demo.simpad import HEAP, KEY, MICROPYTHON, SIMULATOR, PtyPair, SimPad, built

__all__ = ["HEAP", "KEY", "MICROPYTHON", "SIMULATOR", "PtyPair", "SimPad", "built"]
