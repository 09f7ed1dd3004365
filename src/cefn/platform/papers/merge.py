"""Many PDF documents in one, for one print job."""

from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfWriter


def pdfs_merge(documents: Sequence[bytes], *, title: str) -> bytes:
    """Return one PDF with the pages of all `documents`, in order. The structure for screen readers is not kept."""
    merged = BytesIO()
    with PdfWriter() as writer:
        for document in documents:
            writer.append(BytesIO(document), import_outline=False)
        writer.add_metadata({"/Title": title})
        writer.write(merged)
    return merged.getvalue()
