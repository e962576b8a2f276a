"""Slips of paper: what stands on them, and what becomes of them.

`service.PrintingService` runs it, `slips.SlipMaker` draws, `payload` is what a slip's QR code says.
"""
