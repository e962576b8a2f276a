"""One module a resource; each makes its blueprint from the hub's parts."""
