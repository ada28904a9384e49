"""What can be seen from outside of what the program does: logs, metrics, traces. Nothing personal is in any of them."""
