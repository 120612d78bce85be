"""From raw sentences and facts to the files that the service reads, and the reference data of this repository."""
