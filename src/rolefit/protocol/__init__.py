"""The reply protocol: what is said of a suggestion, by whom, in which order, and what follows."""
