"""What we do not own: adapters for payment, message and identity providers."""
