"""Health at the hub: what a state means, what follows from it, and why.

Pure functions of stored facts and one `now`; only transitions are stored.
"""
