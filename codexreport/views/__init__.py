"""Views: what the cells of each report's notebook call, one file a notebook."""
