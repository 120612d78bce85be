"""Gold sets: reading, checking and hashing them."""
