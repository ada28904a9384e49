"""What happens after: the jobs and the relay that sends them."""
