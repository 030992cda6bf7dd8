"""Opening a .xlsx or .docx that a stranger sent: a zip archive, checked for bombs before anything reads its
parts.

Every part is unpacked once under a limit, because the sizes an archive declares are the sender's claim:
Python's reader stops at the declared size and then finds the checksum wrong, so a lie shows as a damaged
part.
"""

import io
import struct
import zipfile
import zlib

from domain.core.bilingual import BilingualError

_MAX_PARTS = 2_000
_MAX_UNPACKED_BYTES = 128 * 1024 * 1024
_MAX_RATIO = 100
# Small parts compress by any factor without doing harm (an empty theme, a sheet of one repeated word).
_RATIO_COUNTS_FROM_BYTES = 1024 * 1024
_READ_BYTES = 1024 * 1024
_ENCRYPTED_FLAG = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the two that the Office formats use
_COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


# What Python's zip reader raises for bytes that are no sound archive, as found by changing bytes at random.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError),
    *(ValueError, NotImplementedError, RuntimeError, OSError),
)


class OfficeArchiveRefused(BilingualError):
    """Not an archive that may be opened."""


def open_office_archive(content: bytes) -> zipfile.ZipFile:
    """The archive, every part of it unpacked once and found sound.

    Raises OfficeArchiveRefused: encrypted or of the old binary format, no zip archive, too many parts, too
    large when unpacked, compressed beyond reason, part names that repeat or leave the archive, damaged parts.
    """
    if content.startswith(_COMPOUND_FILE):
        raise OfficeArchiveRefused(
            "ENCRYPTED_OR_OLD_FORMAT",
            "文件已加密或为旧版Office格式，请取消密码并另存为 .xlsx 或 .docx",
            "encrypted, or of the old Office format; remove the password and save as .xlsx or .docx",
        )
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _UNREADABLE as error:
        raise _damaged() from error
    _check_parts(archive)
    _check_sizes(archive, len(content))
    return archive


def _check_parts(archive: zipfile.ZipFile) -> None:
    names = [part.orig_filename for part in archive.infolist()]
    if len(names) > _MAX_PARTS:
        raise _bomb()
    if len(set(names)) != len(names) or any(_leaves_the_archive(name) for name in names):
        raise _damaged()
    if any(part.compress_type not in _METHODS for part in archive.infolist()):
        raise _damaged()
    if any(part.flag_bits & _ENCRYPTED_FLAG for part in archive.infolist()):
        zh = "压缩包内容已加密，请取消密码后重新上传"
        raise OfficeArchiveRefused(
            "ENCRYPTED_OR_OLD_FORMAT", zh, "its parts are encrypted; remove the password"
        )


def _leaves_the_archive(name: str) -> bool:
    return "\x00" in name or "\\" in name or name.startswith("/") or ".." in name.split("/")


def _check_sizes(archive: zipfile.ZipFile, packed: int) -> None:
    declared = sum(part.file_size for part in archive.infolist())
    allowed = min(_MAX_UNPACKED_BYTES, max(_RATIO_COUNTS_FROM_BYTES, packed * _MAX_RATIO))
    if declared > allowed:
        raise _bomb()
    for part in archive.infolist():
        _unpack(archive, part)


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    try:
        with archive.open(part) as stream:
            while stream.read(_READ_BYTES):
                pass
    except _UNREADABLE as error:
        raise _damaged() from error


def _bomb() -> OfficeArchiveRefused:
    return OfficeArchiveRefused(
        "ARCHIVE_BOMB",
        "文件解压后过大或内部文件过多，已拒绝；请删除多余内容后重新保存",
        "the file unpacks to too much or holds too many parts; remove what is not needed and save it again",
    )


def _damaged() -> OfficeArchiveRefused:
    return OfficeArchiveRefused(
        "NOT_AN_OFFICE_FILE",
        "文件不是有效的 .xlsx 或 .docx（可能是改了扩展名的其他文件或已损坏），请用Office另存后重新上传",
        "not a sound .xlsx or .docx (another file renamed, or damaged); save it anew and upload again",
    )
