"""How fast the pages are. `make bench` runs it; it is no test, and no test run collects it."""
