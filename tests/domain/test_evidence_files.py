"""Evidence is accepted by what it is; bombs, macros, renamed and damaged files are refused with a remedy."""

import io
import random
import struct
import zipfile
import zlib

import pytest
import segno

from domain.core.evidence_files import (
    MAX_BYTES,
    EvidenceFileRefused,
    MediaType,
    check_file_name,
    detect_media_type,
)
from domain.core.reference import SAMPLE_ROSTER

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def png() -> bytes:
    out = io.BytesIO()
    segno.make("x").save(out, kind="png")
    return out.getvalue()


def png_of(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )


def jpeg_of(width: int, height: int) -> bytes:
    app0 = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    frame = b"\xff\xff\xc2" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)  # with a fill byte
    return b"\xff\xd8" + app0 + frame + b"\xff\xda\x00\x08" + bytes(20) + b"\xff\xd9"


def archive(*names: str, data: bytes = b"<x/>", compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as file:
        for name in names:
            file.writestr(name, data)
    return out.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, MediaType.PDF),
        (png(), MediaType.PNG),
        (png_of(6000, 10000), MediaType.PNG),
        (jpeg_of(4961, 7016), MediaType.JPEG),
        (SAMPLE_ROSTER.read_bytes(), MediaType.XLSX),
        (DOCX, MediaType.DOCX),
    ],
)
def test_the_five_kinds_are_known_by_content(content: bytes, media_type: MediaType) -> None:
    assert detect_media_type(content) is media_type


def lying_archive() -> bytes:
    """A part that unpacks to 3 MB but declares 4 bytes in both headers."""
    content = bytearray(archive("[Content_Types].xml", "xl/workbook.xml", data=bytes(3_000_000)))
    size, place = struct.pack("<I", 3_000_000), 0
    while (place := content.find(size, place)) >= 0:
        content[place : place + 4] = struct.pack("<I", 4)
    return bytes(content)


def encrypted_archive() -> bytes:
    content = bytearray(DOCX)
    content[6] |= 1
    central = content.find(b"PK\x01\x02")
    content[central + 8] |= 1
    return bytes(content)


MANY_PARTS = archive(*(f"xl/{number}" for number in range(2_001)), data=b"", compression=zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE_EMPTY"),
        (PDF + bytes(MAX_BYTES), "FILE_TOO_LARGE"),
        (b"name,number\n", "FILE_TYPE"),
        (b"<html><script>alert(1)</script>%PDF-1.7", "FILE_TYPE"),
        (b"GIF89a" + bytes(20), "FILE_TYPE"),
        (b"MZ" + bytes(100), "FILE_TYPE"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "FILE_TYPE"),
        (PDF[:30], "FILE_DAMAGED"),
        (PDF.replace(b"/Root", b"/Encrypt 5 0 R /Root"), "FILE_ENCRYPTED"),
        (png()[:-1], "FILE_DAMAGED"),
        (png() + b"<?php", "FILE_DAMAGED"),
        (png()[:8], "FILE_DAMAGED"),
        (png_of(0, 10), "FILE_DAMAGED"),
        (png_of(6000, 10001), "IMAGE_BOMB"),
        (png_of(2**31 - 1, 2**31 - 1), "IMAGE_BOMB"),
        (jpeg_of(65500, 65500), "IMAGE_BOMB"),
        (jpeg_of(10, 10)[:22], "FILE_DAMAGED"),
        (b"\xff\xd8\xff\xe0\x00\x00", "FILE_DAMAGED"),
        (archive("a.txt"), "FILE_DAMAGED"),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), "FILE_DAMAGED"),
        (archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "FILE_MACROS"),
        (archive("[Content_Types].xml", "xl/workbook.xml", data=bytes(100_000_000)), "ARCHIVE_BOMB"),
        (MANY_PARTS, "ARCHIVE_BOMB"),
        (lying_archive(), "NOT_AN_OFFICE_FILE"),
        (DOCX[:-10], "NOT_AN_OFFICE_FILE"),
        (archive("../etc/passwd", "[Content_Types].xml", "xl/workbook.xml"), "NOT_AN_OFFICE_FILE"),
        (
            archive("[Content_Types].xml", "xl/workbook.xml", compression=zipfile.ZIP_LZMA),
            "NOT_AN_OFFICE_FILE",
        ),
        (encrypted_archive(), "ENCRYPTED_OR_OLD_FORMAT"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ENCRYPTED_OR_OLD_FORMAT"),
    ],
)
def test_everything_else_is_refused_by_its_rule(content: bytes, code: str) -> None:
    with pytest.raises(EvidenceFileRefused) as refused:
        detect_media_type(content)
    assert refused.value.code == code
    assert refused.value.zh and refused.value.en


def test_a_part_name_with_a_nul_is_refused() -> None:
    content = archive("[Content_Types].xml", "xl/workbook.xml", "xl/a_b").replace(b"xl/a_b", b"xl/a\x00b")
    with pytest.raises(EvidenceFileRefused):
        detect_media_type(content)


def test_no_damaged_file_ever_breaks_the_check() -> None:
    chance = random.Random(15)
    for sound in (PDF, png(), jpeg_of(30, 40), DOCX, SAMPLE_ROSTER.read_bytes()):
        for _ in range(400):
            content = bytearray(sound)
            for _ in range(chance.randint(1, 6)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            try:
                detect_media_type(bytes(content[: chance.randint(1, len(content))]))
            except EvidenceFileRefused as refused:
                assert refused.code


@pytest.mark.parametrize(
    ("name", "kept"),
    [("学历 证书.pdf", "学历 证书.pdf"), (" e\u0301.png ", "\xe9.png"), ("a" * 200, "a" * 200)],
)
def test_a_file_name_is_kept(name: str, kept: str) -> None:
    assert check_file_name(name) == kept


@pytest.mark.parametrize(
    "name",
    [
        "",
        "  ",
        "..",
        "a\x00.pdf",
        "../a.pdf",
        "a\\b.pdf",
        "photo\u202egpj.exe",
        "a\nb.pdf",
        "a" * 201,
        "a\ud800",
    ],
)
def test_a_file_name_that_could_mislead_is_refused(name: str) -> None:
    with pytest.raises(EvidenceFileRefused) as refused:
        check_file_name(name)
    assert refused.value.code == "FILE_NAME"
