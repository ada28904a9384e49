"""The pages that people see in a browser: the start page, the explorer, and the demo's wallet and window."""
