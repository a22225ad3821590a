"""Integration testing: what was agreed to be tested, in which environment, and what came of it."""
