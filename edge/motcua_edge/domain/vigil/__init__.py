"""The office's proof of its own running: ticks and probes, put together into few facts. Pure."""
