"""What Locust loads in its own process: a declared scenario, and a listener for every request."""
