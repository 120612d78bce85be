"""One file a deploy target: plan, apply, wait, verify, roll back."""
