"""How fast, how long and for how much a service is asked: pace, limits, budgets, patience; no state here knows the others."""
