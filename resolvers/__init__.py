"""What happens: one function per mutation and subscription."""
