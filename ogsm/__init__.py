"""The wiring of OGSM: settings, addresses, people, and what combines the apps."""

VERSION = "0.1.0"  # as in pyproject.toml, which is not there to read in every installation
