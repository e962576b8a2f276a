"""The document as PDF, A4 landscape, drawn by a child process.

Setting type keeps a core busy for seconds, and the other files are written meanwhile.

Run as a program it reads HTML from its standard input and writes the PDF to its standard output.
"""

import hashlib
import subprocess
import sys
from typing import Final, NoReturn

from motcua_hub.domain.reporting.document import Document
from motcua_hub.reporting.drawn.html import sheet

WITHIN_S: Final = 300


class DrawingError(RuntimeError):
    """The PDF could not be drawn; the message says why."""


def drawn(document: Document, sha256: str) -> bytes:
    """The PDF of a document, lists and all. Raises DrawingError."""
    page = sheet(document, sha256).encode()
    command = [sys.executable, "-m", "motcua_hub.reporting.drawn.pdf"]
    try:
        done = subprocess.run(  # noqa: S603 - ourselves
            command, input=page, capture_output=True, timeout=WITHIN_S, check=True
        )
    except subprocess.TimeoutExpired as error:
        msg = f"drawing a PDF took longer than {WITHIN_S} s"
        raise DrawingError(msg) from error
    except subprocess.CalledProcessError as error:
        last = error.stderr.decode(errors="replace").strip().splitlines()[-1:]
        msg = f"the PDF could not be drawn: {' '.join(last)}; is libpango installed?"
        raise DrawingError(msg) from error
    return done.stdout


def _refuse(url: str, *_: object, **__: object) -> NoReturn:
    msg = f"a report loads nothing: {url[:80]}"
    raise ValueError(msg)


def _main() -> None:
    from weasyprint import HTML  # noqa: PLC0415 - loaded by the child process only

    page = sys.stdin.buffer.read()
    identity = hashlib.sha256(page).digest()[:16]
    made = HTML(string=page.decode(), url_fetcher=_refuse).write_pdf(pdf_identifier=identity)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    _main()
