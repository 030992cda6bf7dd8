"""Handing in evidence: the bytes are checked for what they are, stored under their hash, and remembered once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid5

from domain.core.evidence_files import MediaType, check_file_name, detect_media_type
from domain.core.files import PERSONAL_ROLES, StoredFile
from domain.core.object_store import evidence_key, write
from domain.core.roles import Viewer


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that passed the check: what it is, whatever it was called or said to be."""

    name: str
    media_type: MediaType
    content: bytes
    sha256: str


def inspect(name: str, content: bytes) -> Evidence:
    """The checked file. Reads all of it, so a web process calls this in a thread.

    Browsers may send the folder a file lay in; only the last part of the name is kept.

    Raises:
        EvidenceFileRefused: with the reason and the remedy (S-8).
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    media_type = detect_media_type(content)
    return Evidence(check_file_name(last), media_type, content, hashlib.sha256(content).hexdigest())


async def hand_in(viewer: Viewer, evidence: Evidence) -> StoredFile:
    """Stores the file for the viewer's organisation; the same file handed in again is the same row, under its first name.

    Bytes are written before the row, so that no row is without them, and written again with each hand-in, which mends
    a store that lost them.
    """
    if viewer.organisation_id is None:
        raise ValueError("only somebody with an organisation hands in files")
    await write(evidence_key(evidence.sha256), evidence.content)
    row, _ = await StoredFile.get_or_create(
        id=_row_id(viewer, viewer.organisation_id, evidence.sha256),
        defaults={
            "organisation_id": viewer.organisation_id,
            "uploaded_by_id": viewer.account_id,
            "name": evidence.name,
            "media_type": evidence.media_type.value,
            "size": len(evidence.content),
            "sha256": evidence.sha256,
        },
    )
    return row


def _row_id(viewer: Viewer, organisation_id: UUID, sha256: str) -> UUID:
    """Made from owner and hash, so that the primary key decides between two hand-ins at once.

    An office owns its files together; an expert's or applicant's files are their own, so that nobody learns from an
    upload whether a colleague has handed in the same paper.
    """
    owner = viewer.account_id if viewer.role in PERSONAL_ROLES else ""
    return uuid5(organisation_id, f"{owner}/{sha256}")
