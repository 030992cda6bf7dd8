"""Evidence files (证明材料): what a file *is* decides, not its name or what the browser says of it.

PDF, PNG, JPEG, XLSX and DOCX are accepted. The check reads headers and structure only; it decodes no image
and runs nothing, so a hostile file costs no more than its size. It does not replace a virus scanner.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from enum import StrEnum

from domain.core.bilingual import BilingualError
from domain.core.office_archives import OfficeArchiveRefused, open_office_archive

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 60_000_000  # A4 at 600 dots an inch is 35 million.
_MAX_NAME = 200
_PDF_HEADER = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_TAIL_BYTES = 2048
_PNG_HEADER = b"\x89PNG\r\n\x1a\n"
_PNG_CHUNK_FRAME = 12  # length, type and checksum around a chunk's data
_JPEG_HEADER = b"\xff\xd8\xff"
_JPEG_SIZE_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_START_OF_SCAN = 0xDA
_FORBIDDEN_IN_NAMES = frozenset('/\\:*?"<>|')


class MediaType(StrEnum):
    """What evidence may be; the value is what the file is served as."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class EvidenceFileRefused(BilingualError):
    """A file that is not accepted as evidence, with the rule and what to do instead."""


def check_file_name(name: str) -> str:
    """The name as it may be stored and shown. Raises EvidenceFileRefused.

    Refused are blank and over-long names, path separators, and control, invisible or direction-changing
    characters (`photo\u202egpj.exe` reads as a picture).
    """
    clean = unicodedata.normalize("NFC", name).strip()
    if not clean.strip(". ") or len(clean) > _MAX_NAME:
        zh = f"文件名不能为空，且不超过{_MAX_NAME}个字符，请重命名后上传"
        raise EvidenceFileRefused(
            "FILE_NAME", zh, f"a file name has 1 to {_MAX_NAME} characters; rename the file"
        )
    if any(
        character in _FORBIDDEN_IN_NAMES or unicodedata.category(character)[0] == "C" for character in clean
    ):
        zh = '文件名不能含有 / \\ : * ? " < > | 或不可见字符，请重命名后上传'
        en = 'a file name holds none of / \\ : * ? " < > | and no invisible characters; rename the file'
        raise EvidenceFileRefused("FILE_NAME", zh, en)
    return clean


def detect_media_type(content: bytes) -> MediaType:
    """What the file is, by its content. Raises EvidenceFileRefused: empty, too large, not on the list,
    damaged, encrypted, with macros, or a bomb.
    """
    if not content:
        raise EvidenceFileRefused(
            "FILE_EMPTY", "文件为空，请重新选择文件", "the file is empty; choose it again"
        )
    if len(content) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        zh = f"文件超过{limit} MB，请压缩或拆分后上传"
        raise EvidenceFileRefused("FILE_TOO_LARGE", zh, f"the file exceeds {limit} MB; compress or split it")
    for header, inspect in _INSPECTIONS:
        if header.match(content):
            return inspect(content)
    raise EvidenceFileRefused(
        "FILE_TYPE",
        "仅接受 PDF、PNG、JPEG、XLSX、DOCX 文件（按内容判断，改扩展名无效），请转换后上传",
        "only PDF, PNG, JPEG, XLSX and DOCX are accepted, by content and not by extension; convert the file",
    )


def _pdf(content: bytes) -> MediaType:
    if b"%%EOF" not in content[-_PDF_TAIL_BYTES:]:
        raise _damaged("PDF")
    if re.search(rb"/Encrypt\s*(\d+\s+\d+\s+R|<<)", content):
        zh = "PDF已加密，评审人员无法打开，请取消密码后上传"
        raise EvidenceFileRefused(
            "FILE_ENCRYPTED", zh, "the PDF is encrypted; remove the password and upload again"
        )
    return MediaType.PDF


def _png(content: bytes) -> MediaType:
    chunks = list(_png_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13 or chunks[-1][0] != b"IEND":
        raise _damaged("PNG")
    size = chunks[0][1]
    _check_pixels("PNG", int.from_bytes(size[:4], "big"), int.from_bytes(size[4:8], "big"))
    return MediaType.PNG


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and first bytes of every chunk; a file that does not end exactly with a chunk yields no IEND at
    its end.
    """
    place = len(_PNG_HEADER)
    while place + _PNG_CHUNK_FRAME <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        yield content[place + 4 : place + 8], content[place + 8 : place + 8 + min(length, 16)]
        place += _PNG_CHUNK_FRAME + length
    if place != len(content):
        yield b"", b""


def _jpeg(content: bytes) -> MediaType:
    for marker, segment in _jpeg_segments(content):
        if marker in _JPEG_SIZE_MARKERS and len(segment) >= 5:
            _check_pixels("JPEG", int.from_bytes(segment[3:5], "big"), int.from_bytes(segment[1:3], "big"))
            return MediaType.JPEG
    raise _damaged("JPEG")


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments in front of the picture data."""
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF and content[place + 1] != _JPEG_START_OF_SCAN:
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        if content[place + 1] == 0xFF:  # a fill byte
            place += 1
        elif length < 2:
            return
        else:
            yield content[place + 1], content[place + 4 : place + min(2 + length, 16)]
            place += 2 + length


def _office(content: bytes) -> MediaType:
    try:
        archive = open_office_archive(content)
    except OfficeArchiveRefused as refused:
        raise EvidenceFileRefused(refused.code, refused.zh, refused.en) from refused
    names = {part.filename for part in archive.infolist()}
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        zh = "文件含有宏，请另存为不含宏的 .xlsx 或 .docx 后上传"
        raise EvidenceFileRefused(
            "FILE_MACROS", zh, "the file holds macros; save it as .xlsx or .docx without them"
        )
    if "[Content_Types].xml" in names and "xl/workbook.xml" in names:
        return MediaType.XLSX
    if "[Content_Types].xml" in names and "word/document.xml" in names:
        return MediaType.DOCX
    raise _damaged("XLSX/DOCX")


def _check_pixels(kind: str, width: int, height: int) -> None:
    if not width or not height:
        raise _damaged(kind)
    if width * height > MAX_PIXELS:
        million = MAX_PIXELS // 1_000_000
        zh = f"图片超过{million}百万像素，请降低分辨率后上传"
        raise EvidenceFileRefused(
            "IMAGE_BOMB", zh, f"the image exceeds {million} million pixels; scale it down"
        )


def _damaged(kind: str) -> EvidenceFileRefused:
    return EvidenceFileRefused(
        "FILE_DAMAGED",
        f"{kind}文件不完整或已损坏，请重新导出后上传",
        f"the {kind} file is incomplete or damaged; export it again and upload it",
    )


_INSPECTIONS: tuple[tuple[re.Pattern[bytes], Callable[[bytes], MediaType]], ...] = (
    (_PDF_HEADER, _pdf),
    (re.compile(re.escape(_PNG_HEADER)), _png),
    (re.compile(re.escape(_JPEG_HEADER)), _jpeg),
    (re.compile(rb"PK\x03\x04|\xd0\xcf\x11\xe0"), _office),
)
