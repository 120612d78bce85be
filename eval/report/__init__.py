"""The report of a run: model, columns, plots, page and site; plain HTML that opens from a file."""
