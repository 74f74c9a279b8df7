"""Taking back one's own last act: an edit, an archiving or a change of many rows.

An act is what one person changed at one moment, as the change histories have it: every request reads the clock once,
so the rows it writes share `history_date` and `history_user`. Nothing is kept for it besides.
"""
