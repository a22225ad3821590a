"""Evidence: what was run and made, kept so that it can be checked later."""
