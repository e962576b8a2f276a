"""A simulated province that knows the truth: what every part was, and what it would say of that.

Nothing here reads the ledger's code except where a module says so: the truth must not share its
mistakes. Times are UTC ms; everything follows from a seed.
"""
