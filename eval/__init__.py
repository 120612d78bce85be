"""Gold sets to responses, scores, statistics, a verdict and a report; knows no AWS, Docker or GitHub."""
