"""Published numbers, and reference libraries' numbers, beside what goldgate's own commands give on the same data."""
