"""What can go wrong with a journal."""


class JournalError(Exception):
    """Base of all journal errors."""


class JournalBrokenError(JournalError):
    """A write failed: nothing more may be written or done by this process."""


class JournalFullError(JournalBrokenError):
    """The disk is full and the ballast is gone already."""


class JournalLockedError(JournalError):
    """Another process has this journal open."""


class JournalVersionError(JournalError):
    """The file was written by a newer version of the program."""
