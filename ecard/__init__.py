"""The program: settings, entry points and the embedded default."""
