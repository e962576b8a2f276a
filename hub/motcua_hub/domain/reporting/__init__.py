"""Reports of availability, pure: periods, what was found of each target, and the document of it.

`periods` says which periods there are and when their reports are owed; `finding` measures one
target, `groups` adds targets up, `document` makes rows of exact and of written values, from which
screen, PDF, XLSX and CSV are drawn elsewhere; `changes` tells what a new version corrects.
"""
