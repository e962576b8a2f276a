"""`make firmware` and `make firmware-flash`."""

import argparse
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from padkit import flash
from padkit.build import build, modulus, package

ROOT = Path(__file__).parents[2]
OUT = ROOT / "build" / "firmware"
BITS = 3072


def main() -> int:
    """0 when it is done, 1 when a board did not take it."""
    options = _parser().parse_args()
    if options.command == "key":
        return _make_key(options.file)
    if options.command == "flash":
        return flash.flash(options.port, OUT / "board", options.pad, restart=not options.no_restart)
    return _build(options.out, options.key)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="padkit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("build", help="compile; with a key, sign a release too")
    making.add_argument("--key", type=Path, help="PEM file of the release key")
    making.add_argument("--out", type=Path, default=OUT, help="folder for it")
    putting = commands.add_parser("flash", help="copy a build to a board")
    putting.add_argument("--port", required=True, help="the board's serial port")
    putting.add_argument("--pad", type=Path, help="config.json for this pad")
    putting.add_argument("--no-restart", action="store_true", help="leave the board in its REPL")
    key = commands.add_parser("key", help="make a release key")
    key.add_argument("file", type=Path)
    return parser


def _make_key(path: Path) -> int:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return 0


def _build(out: Path, key_file: Path | None) -> int:
    fw = build(out)
    if key_file is None:
        print(f"firmware {fw} in {out}; no release for updates: give its key with KEY=FILE")
        return 0
    key = load_pem_private_key(key_file.read_bytes(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        print(f"{key_file} is no RSA key; make one with: python -m padkit key FILE")
        return 1
    (out / "release.bin").write_bytes(package(out, key, fw))
    (out / "release-key.txt").write_text(modulus(key) + "\n")
    print(f"firmware {fw} in {out}, with a signed release")
    return 0


if __name__ == "__main__":
    sys.exit(main())
