"""What `ecard up` is made of: the demo's secrets, child processes, progress on the terminal, the ready file."""
