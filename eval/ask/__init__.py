"""Asking a service every case of a gold set."""
