"""Code hosts through their APIs: which repositories there are, and what is in them."""
