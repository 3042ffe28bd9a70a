"""Training data and the training of the local judge."""
