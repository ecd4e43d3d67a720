"""Keras: configurations in any of their containers, and what loading rebuilds from them."""
