"""The command line: `motcua-provision`."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from motcua_contract.identity import BadNameError
from motcua_provisioning import broker, registry
from motcua_provisioning.authority import Authority, AuthorityError
from motcua_provisioning.ledger import LedgerError
from motcua_provisioning.registry import RegistryError

_EXPECTED = (AuthorityError, BadNameError, LedgerError, RegistryError, broker.BrokerError, OSError)
_HUBS = ("hub",)
FAILED = 1


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _registry_file(args: argparse.Namespace) -> Path:
    return Path(args.dir) / "registry.json"


def _ca_init(args: argparse.Namespace) -> None:
    authority = Authority.create(Path(args.dir), name=args.name)
    _say(f"authority made in {authority.folder}; back its ca.key up offline")


def _device_enroll(args: argparse.Namespace) -> None:
    authority = Authority.load(Path(args.dir))
    devices = registry.load(_registry_file(args))
    devices.enroll(args.device, args.site)
    files = authority.issue_device(args.device).write(Path(args.out))
    registry.save(_registry_file(args), devices)
    _say(f"device {args.device} of site {args.site}: {files.cert}, {files.key}, {files.ca}")
    _refresh(args, authority, devices)


def _device_revoke(args: argparse.Namespace) -> None:
    authority = Authority.load(Path(args.dir))
    devices = registry.load(_registry_file(args))
    devices.revoke(args.device)
    registry.save(_registry_file(args), devices)
    serials = authority.revoke(args.device)
    _say(f"device {args.device} revoked: {len(serials)} certificate(s), {authority.crl_path}")
    _refresh(args, authority, devices)


def _device_list(args: argparse.Namespace) -> None:
    for entry in registry.load(_registry_file(args)).all():
        _say(f"{entry.device}\t{entry.site}\t{'revoked' if entry.revoked else 'active'}")


def _hub_enroll(args: argparse.Namespace) -> None:
    files = Authority.load(Path(args.dir)).issue_hub(args.name).write(Path(args.out))
    _say(f"hub {args.name}: {files.cert}, {files.key}, {files.ca}")


def _broker_config(args: argparse.Namespace) -> None:
    authority = Authority.load(Path(args.dir))
    listen = broker.Listen(host=args.listen, port=args.port)
    folder = broker.BrokerFolder(Path(args.out))
    devices = registry.load(_registry_file(args)).active()
    config = folder.write(
        authority, devices, hosts=args.host, listen=listen, hubs=args.hub or _HUBS
    )
    _say(f"start it with: mosquitto -c {config}")


def _broker_refresh(args: argparse.Namespace) -> None:
    authority = Authority.load(Path(args.dir))
    _refresh(args, authority, registry.load(_registry_file(args)))


def _refresh(args: argparse.Namespace, authority: Authority, devices: registry.Registry) -> None:
    """Bring a broker's folder up to date when one was named, and tell the running broker."""
    if args.broker is None:
        return
    broker.BrokerFolder(Path(args.broker)).refresh(
        authority, devices.active(), hubs=args.hub or _HUBS
    )
    _say(f"access rules and revocation list written to {args.broker}")
    if args.pid is not None:
        broker.reload(args.pid)
        _say(f"broker {args.pid} told to read them")


def _with_broker(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument(
        "--broker", required=required, help="folder of the broker to bring up to date"
    )
    parser.add_argument("--pid", type=int, help="process id of that broker, to make it reload")
    parser.add_argument("--hub", action="append", help="name of a hub process (default: hub)")


def _device_commands(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    commands = groups.add_parser("device", help="devices of offices").add_subparsers(required=True)
    enroll = commands.add_parser("enroll", help="let a device speak for a site; write its files")
    enroll.add_argument("--site", required=True)
    enroll.add_argument("--device", required=True)
    enroll.add_argument("--out", required=True, help="folder for ca.crt, DEVICE.crt, DEVICE.key")
    _with_broker(enroll, required=False)
    enroll.set_defaults(run=_device_enroll)
    revoke = commands.add_parser("revoke", help="take a device's rights away for good")
    revoke.add_argument("--device", required=True)
    _with_broker(revoke, required=False)
    revoke.set_defaults(run=_device_revoke)
    commands.add_parser("list", help="all devices").set_defaults(run=_device_list)


def _broker_commands(groups: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    commands = groups.add_parser("broker", help="Mosquitto").add_subparsers(required=True)
    config = commands.add_parser("config", help="write a folder that Mosquitto can run from")
    config.add_argument("--out", required=True)
    config.add_argument("--host", action="append", required=True, help="name or address of it")
    config.add_argument("--listen", default=broker.Listen().host, help="address to listen on")
    config.add_argument("--port", type=int, default=broker.Listen().port)
    config.add_argument("--hub", action="append", help="name of a hub process (default: hub)")
    config.set_defaults(run=_broker_config)
    refresh = commands.add_parser("refresh", help="rewrite access rules and CRL; do it daily")
    _with_broker(refresh, required=True)
    refresh.set_defaults(run=_broker_refresh)


def parser() -> argparse.ArgumentParser:
    """The arguments of `motcua-provision`."""
    top = argparse.ArgumentParser(prog="motcua-provision", description="Certificates and brokers")
    top.add_argument("--dir", default="motcua-ca", help="folder of the authority (%(default)s)")
    groups = top.add_subparsers(required=True)
    init = groups.add_parser("ca", help="the authority").add_subparsers(required=True)
    make = init.add_parser("init", help="make a new authority")
    make.add_argument("--name", default="Motcua CA")
    make.set_defaults(run=_ca_init)
    _device_commands(groups)
    hub = groups.add_parser("hub", help="hubs").add_subparsers(required=True)
    enroll = hub.add_parser("enroll", help="write a hub's certificate")
    enroll.add_argument("--name", default="hub")
    enroll.add_argument("--out", required=True)
    enroll.set_defaults(run=_hub_enroll)
    _broker_commands(groups)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0, or 1 with the reason on standard error."""
    args = parser().parse_args(argv)
    try:
        args.run(args)
    except _EXPECTED as error:
        sys.stderr.write(f"motcua-provision: {error}\n")
        return FAILED
    return 0
