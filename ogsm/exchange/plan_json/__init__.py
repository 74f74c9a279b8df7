"""A whole plan as one file: `plan.json`, out and in. The format stands in format.py, docs/plan-json.md tells it."""
