"""Display: what a notebook cell shows, in one visual language."""
