"""FinRAG: question answering over the sentences and KPI facts of annual reports."""
