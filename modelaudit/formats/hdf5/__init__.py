"""HDF5: what a file's structure says, and what Keras keeps in it. Datasets are never read."""
