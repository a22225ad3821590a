"""Service level objectives: what was promised, what was kept, what is left to spend."""
