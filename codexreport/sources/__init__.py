"""Sources: one adapter for each kind of place that observations come from."""
