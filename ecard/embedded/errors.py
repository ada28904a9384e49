"""What can go wrong here is told to the person who started the program."""


class EmbeddedError(Exception):
    """An embedded server cannot be had. The message is one clear sentence that says what to do."""
