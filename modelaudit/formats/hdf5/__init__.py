"""HDF5: its structure, the attributes of Keras, and pickled objects. Other data is never read."""
