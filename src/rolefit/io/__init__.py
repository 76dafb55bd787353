"""Files and frames in, files and frames out; every check at the border."""
