"""Files of the pads' own broker: who may connect to it, and who may say what. Pure."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Final

ROUNDS: Final = 101
"""Of PBKDF2, Mosquitto's own number: these passwords are 128 random bits, not words."""
SALT: Final = 12


def access(controller: str) -> str:
    """The access list; `controller` is the controller's own user."""
    return f"""\
# The controller hears every pad and speaks to every pad.
user {controller}
topic read mc/pad/+/up
topic write mc/pad/+/down

# A pad: its own two topics, nothing else.
pattern write mc/pad/%u/up
pattern read mc/pad/%u/down
"""


def password_line(user: str, password: str, salt: bytes) -> str:
    """A line of Mosquitto's password file."""
    digest = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, ROUNDS, 64)
    return f"{user}:$7${ROUNDS}${_text(salt)}${_text(digest)}"


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def passwords(users: Mapping[str, str], salts: Mapping[str, bytes]) -> str:
    """The password file for passwords by user."""
    lines = [password_line(user, users[user], salts[user]) for user in sorted(users)]
    return "\n".join(lines) + "\n"


def configuration(folder: str, host: str, port: int) -> str:
    """mosquitto.conf: one listener for the office LAN, nothing kept, nobody without a name.

    Frames carry their own keys, so TLS would add nothing that a pad's heap has room for.
    """
    return f"""\
# Written by motcua-edge pads broker. The pads' broker of this controller.
listener {port} {host}
allow_anonymous false
password_file {folder}/passwords
acl_file {folder}/access
use_username_as_clientid true
persistence false
max_packet_size 2048
max_connections 100
max_queued_messages 100
log_dest stderr
log_type error
log_type warning
log_type notice
"""
