"""No image serves users before it has passed its gold set."""

__version__ = "0.1.0"
