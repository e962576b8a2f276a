"""What the pages read: few statements a page, rows turned into structs, no rule applied here."""
