"""What a laptop needs to stand in for AWS: a Docker engine, a base image, the emulator, and what Terraform sets up once."""
