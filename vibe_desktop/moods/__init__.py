"""A mood's journey from a sentence to a queue: request, candidates, rerank, arrange."""
