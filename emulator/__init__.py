"""A local AWS for development and tests, reached only through AWS_ENDPOINT_URL."""
