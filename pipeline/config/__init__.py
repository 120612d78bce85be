"""The configuration file: schema, loader, limits of the platforms."""
