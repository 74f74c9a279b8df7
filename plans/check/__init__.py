"""The plan check: a coach that says what could be better about a plan, and why. It never blocks anything."""
