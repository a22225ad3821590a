"""Money and time: what work was allowed to take, and what it has taken so far."""
