"""How things outside fail: either it may go better next time, or it never will."""


class Transient(Exception):  # named for what it means to the caller
    """Worth trying again: a time-out, a refused connection, a server's fault. The text carries nothing personal."""


class Permanent(Exception):
    """Trying again gives the same: the request itself was refused. The text carries nothing personal."""


class Gone(Permanent):
    """Nobody is there any more: whatever is sent there gives the same."""
