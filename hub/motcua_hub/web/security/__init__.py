"""Who may see and do what on the hub: accounts, sessions, tokens, forms and throttling."""
