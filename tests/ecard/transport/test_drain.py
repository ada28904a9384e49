"""How a process learns that it is to stop."""

import os
import signal

from ecard.transport.drain import Drain


async def test_a_process_that_is_to_stop_says_so_and_hands_the_signal_on() -> None:
    heard: list[int] = []
    before = {number: signal.signal(number, lambda got, _: heard.append(got)) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        drain = Drain()
        drain.listen()
        assert not drain.begun
        os.kill(os.getpid(), signal.SIGTERM)
        await drain.wait()
        assert (drain.begun, heard) == (True, [signal.SIGTERM])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
