"""What a comparison leaves in MLflow: pure items first, then the one place that talks to it."""
