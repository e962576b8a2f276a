"""Sites' journals become evidence: read after ingest's commit, with a cursor of our own.

`reading` finds the facts, `boots`, `spans` and `probes` keep what they tell, `words` turns that
into evidence, `importer` does all of it again and again, `circumstances` answers those who ask why.
Nothing here runs inside ingest's transaction, and hearing of a fact twice changes nothing.
"""
