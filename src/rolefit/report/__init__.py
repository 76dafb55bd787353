"""Pages and figures that are looked at in a browser or a document."""
