"""Ways in that know of plans: the organisation's own provider, two steps, and the mail for a forgotten password. What
people are without any plan is in ogsm.accounts."""
