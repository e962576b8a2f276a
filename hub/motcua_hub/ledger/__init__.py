"""The ledger in the database: targets, evidence, and what both of them add up to.

`targets`, `probes` and `rules` are what people agreed on; `evidence` and `claims` what was seen;
`arrivals`, `links`, `devices` and `imports` bring it in; `alive` is the hub's record of itself.
`reading` is one view of all that, `subjects` gives figures their input, `timelines` pages their
lines, `now` what everything is. `chain` proves that nobody edited it, `retention` ends it.
"""
