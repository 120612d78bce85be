"""Config, records, stages, deploy targets, ledger and CLI: the only room that talks to AWS, Docker and GitHub."""
