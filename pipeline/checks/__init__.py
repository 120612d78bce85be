"""The contract checks of an image, one file a kind: what it is, how it runs, what it answers, what it must not hold."""
