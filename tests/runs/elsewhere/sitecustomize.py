"""Lets a process believe it is on a machine of its own; Python imports this by itself from its path."""

import os
import socket

if name := os.environ.get("NAME_OF_THIS_MACHINE"):
    socket.gethostname = lambda: name
