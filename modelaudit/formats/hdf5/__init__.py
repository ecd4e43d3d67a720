"""HDF5: the structure of a file, and the attributes of Keras. Datasets are never read."""
