"""Performance: what a load test, a benchmark or a page audit measured, and its own bounds."""
