"""Finding neighbours: stored vectors, the nearest-neighbour cache and the indexer that fills them."""
