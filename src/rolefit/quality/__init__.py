"""How good the data of a centre are, as numbers: what can be trusted, and what would help most."""
