"""The plans as data, for programs that read along: JSON and CSV below /api/v1/, by personal tokens."""
