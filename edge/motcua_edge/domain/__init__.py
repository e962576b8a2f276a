"""The rules of an office, pure: `decide` may refuse, `apply` never, `fold` repeats `apply`."""
