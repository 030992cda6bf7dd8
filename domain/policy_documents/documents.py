"""The documents of a draft: what is given, what is wrong with it, and the hash of what is decided on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from domain.core.access import visible
from domain.core.errors import Invalid, NotFound, Refusal
from domain.core.files import StoredFile
from domain.core.inputs import text_refusal
from domain.core.roles import Viewer
from domain.policy_documents.models import PolicyDocument, PolicyDocumentKind

MAX_DOCUMENTS = 40


@dataclass(frozen=True, slots=True)
class DocumentGiven:
    """A document as the office hands it in."""

    kind: PolicyDocumentKind
    title: str
    file_id: UUID


@dataclass(frozen=True, slots=True)
class SetGiven:
    """A draft as the office hands it in, with the files it may refer to."""

    title: str
    documents: Sequence[DocumentGiven]
    files: dict[UUID, StoredFile]

    def refusals(self) -> Iterator[Refusal | None]:
        """Everything that is wrong with it."""
        yield text_refusal("title", self.title, 120)
        if len(self.documents) > MAX_DOCUMENTS:
            text = f"制度文件最多 {MAX_DOCUMENTS} 份。", f"A version has at most {MAX_DOCUMENTS} documents."
            yield Invalid("documents", *text, rule_id="S-7")
        for place, document in enumerate(self.documents):
            yield text_refusal(f"documents.{place}.title", document.title, 120)
            if document.file_id not in self.files:
                yield NotFound(f"documents.{place}.file")


async def given(viewer: Viewer, title: str, documents: Sequence[DocumentGiven]) -> SetGiven:
    """Looks up the files of a draft, in one query."""
    found = await visible(StoredFile, viewer).filter(id__in=[document.file_id for document in documents])
    return SetGiven(title, documents, {file.id: file for file in found})


async def write_documents(policy_set_id: UUID, draft: SetGiven) -> None:
    """Puts the given documents in the place of those that were there."""
    await PolicyDocument.filter(policy_set_id=policy_set_id).delete()
    await PolicyDocument.bulk_create(
        PolicyDocument(
            policy_set_id=policy_set_id,
            kind=document.kind,
            title=document.title.strip(),
            file_id=document.file_id,
            sha256=draft.files[document.file_id].sha256,
            position=place,
        )
        for place, document in enumerate(draft.documents)
    )


async def content_hash(policy_set_id: UUID, title: str) -> str:
    """SHA-256 over the title and, in order, each document's kind, title and content hash."""
    documents = await PolicyDocument.filter(policy_set_id=policy_set_id).order_by("position", "id")
    content = [title, [[str(each.kind), each.title, each.sha256] for each in documents]]
    return sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
