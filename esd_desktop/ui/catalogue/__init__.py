"""The catalogue: read it, see what is new or changed, accept it."""
