"""What the build of the image needs; it is not part of the image."""
