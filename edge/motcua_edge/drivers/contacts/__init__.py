"""Dry contacts of the building: a port, GPIO, and a fake."""

from motcua_edge.drivers.contacts.fake import FakeContacts
from motcua_edge.drivers.contacts.gpio import GpioContacts
from motcua_edge.drivers.contacts.port import Contacts, ContactsUnavailableError

__all__ = ["Contacts", "ContactsUnavailableError", "FakeContacts", "GpioContacts"]
