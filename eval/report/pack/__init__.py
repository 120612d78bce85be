"""All cases inside one HTML file: columns and distinct texts, compressed in blocks that the page unpacks when it needs them."""
