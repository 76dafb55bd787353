"""What enters and leaves rolefit: records and table schemas, no algorithms."""
