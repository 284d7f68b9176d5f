"""Sending never waits, and keeps the order of what it sends, whatever the socket has room for."""

from __future__ import annotations

import socket

from whence.store.sqlite.sending import Sending


def test_what_there_is_no_room_for_comes_later_and_in_order() -> None:
    near, far = socket.socketpair()
    with near, far:
        sending = Sending(near)
        messages = [bytes([number]) * size for number, size in enumerate((10, 4_000_000, 10, 0, 2_000_000, 10))]
        for message in messages:
            sending.send(message)  # nobody reads yet
        expected = b"".join(messages)
        got = bytearray()
        while len(got) < len(expected):
            got += far.recv(1 << 20)
        assert got == expected
        for _ in range(2):  # with room again
            sending.send(b"after")
            assert far.recv(100) == b"after"
        sending.finish()


def test_what_nobody_will_read_is_dropped() -> None:
    near, far = socket.socketpair()
    with near:
        sending = Sending(near)
        sending.send(b"x" * 2_000_000)
        far.close()
        for _ in range(3):
            sending.send(b"x")
        sending.finish()
