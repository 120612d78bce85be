"""Load balancers that really balance: a proxy for each listener that forwards to target groups of ECS services."""
