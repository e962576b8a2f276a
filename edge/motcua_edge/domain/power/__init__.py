"""Power: what a UPS says, what it means, what the office does about it. Pure."""
