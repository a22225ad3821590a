"""Quality: test runs, code coverage, contracts and defects as facts, judged by plain defaults."""
