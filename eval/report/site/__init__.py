"""The site of runs: an index for people, programs and feed readers, kept up to date one run at a time."""
