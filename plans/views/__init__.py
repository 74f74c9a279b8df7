"""Views of the plans app, one file per piece of the plan."""
