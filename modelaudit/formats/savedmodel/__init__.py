"""TensorFlow: SavedModels, frozen graphs, meta graphs and the index of a checkpoint."""
