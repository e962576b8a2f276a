"""The rules of each family of commands. Every function returns facts or raises Refusal."""
