"""Archives as trees; what strangers put into them is found."""

import contextlib
import gzip
import io
import struct
import tarfile
import zipfile

import pytest

from common.errors import InputError
from integrations.archive import is_archive_name, unpack
from integrations.tree import TreeLimits

LIMITS = TreeLimits()


def zip_of(*entries, compression=zipfile.ZIP_DEFLATED):
    """Entries are (name, content, mode of the file)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as archive:
        for name, content, mode in entries:
            info = zipfile.ZipInfo(name)
            info.external_attr = mode << 16
            info.compress_type = compression
            archive.writestr(info, content)
    return packed.getvalue()


def tar_of(*entries, mode="w:gz"):
    """Entries are (name, type, content or target, mode)."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, type_, content, permissions in entries:
            info = tarfile.TarInfo(name)
            info.type, info.mode = type_, permissions
            if type_ == tarfile.REGTYPE:
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
            else:
                info.linkname = content
                archive.addfile(info)
    return packed.getvalue()


def contents(tree):
    return {file.path: (file.read(), file.is_executable) for file in tree.files}


def test_a_zip_archive():
    data = zip_of(("d/", b"", 0o40755), ("d/a.txt", b"A", 0o100644), ("run.sh", b"echo", 0o100755))

    tree = unpack(data, "it", LIMITS)

    assert contents(tree) == {"d/a.txt": (b"A", False), "run.sh": (b"echo", True)}
    assert tree.folders == ("d",)


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_a_tar_archive(mode):
    data = tar_of(
        ("./", tarfile.DIRTYPE, "", 0o755),
        ("./d", tarfile.DIRTYPE, "", 0o755),
        ("./d/a.txt", tarfile.REGTYPE, b"A", 0o644),
        ("run.sh", tarfile.REGTYPE, b"echo", 0o755),
        mode=mode,
    )

    tree = unpack(data, "it", LIMITS)

    assert contents(tree) == {"d/a.txt": (b"A", False), "run.sh": (b"echo", True)}
    assert tree.folders == ("d",)


def test_long_names_in_a_tar_archive():
    path = "/".join(["folder" * 10] * 5) + "/ü.txt"
    assert contents(unpack(tar_of((path, tarfile.REGTYPE, b"A", 0o644)), "it", LIMITS)) == {path: (b"A", False)}


def test_links_that_stay_inside_are_left_out():
    zipped = zip_of(("a", b"A", 0o100644), ("d/link", b"../a", 0o120777))
    tarred = tar_of(
        ("a", tarfile.REGTYPE, b"A", 0o644),
        ("d/link", tarfile.SYMTYPE, "../a", 0o777),
        ("d/hard", tarfile.LNKTYPE, "a", 0o644),
    )

    assert unpack(zipped, "it", LIMITS).left_out == ("d/link",)
    assert unpack(tarred, "it", LIMITS).left_out == ("d/link", "d/hard")


@pytest.mark.parametrize("target", ["/etc/passwd", "../../x", "d/../../../x"])
def test_links_that_lead_outside_are_refused(target):
    with pytest.raises(InputError, match="holds the link 'd/link', which leads outside"):
        unpack(zip_of(("d/link", target.encode(), 0o120777)), "it", LIMITS)
    with pytest.raises(InputError, match="holds the link 'd/link', which leads outside"):
        unpack(tar_of(("d/link", tarfile.SYMTYPE, target, 0o777)), "it", LIMITS)


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/x", "a//b", "a\\..\\x", "a/./b", "a\nb", "x" * 300, "a\x01"]
)
def test_names_that_are_no_paths_within_are_refused(name):
    with pytest.raises(InputError, match="no path within it"):
        unpack(zip_of((name, b"", 0o100644)), "it", LIMITS)
    with pytest.raises(InputError, match="no path within it"):
        unpack(tar_of((name, tarfile.REGTYPE, b"", 0o644)), "it", LIMITS)


def test_a_name_is_not_cut_at_a_nul():
    data = zip_of(("good.txt~.sh", b"A", 0o100644)).replace(b"good.txt~", b"good.txt\0")
    with pytest.raises(InputError):
        unpack(data, "it", LIMITS)


@pytest.mark.parametrize("type_", [tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_devices_in_a_tar_archive_are_refused(type_):
    with pytest.raises(InputError, match="'dev', which is neither a file nor a folder"):
        unpack(tar_of(("dev", type_, "", 0o644)), "it", LIMITS)


@pytest.mark.parametrize("mode", [0o010644, 0o020644, 0o060644, 0o140644])
def test_devices_in_a_zip_archive_are_refused(mode):
    with pytest.raises(InputError, match="'dev', which is neither a file nor a folder"):
        unpack(zip_of(("dev", b"", mode)), "it", LIMITS)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused():
    with pytest.raises(InputError, match="two files called 'a'"):
        unpack(zip_of(("a", b"1", 0o100644), ("a", b"2", 0o100644)), "it", LIMITS)
    with pytest.raises(InputError, match="'a' as a file and as a folder"):
        unpack(zip_of(("a", b"1", 0o100644), ("a/b", b"2", 0o100644)), "it", LIMITS)


def test_an_archive_that_is_too_large_packed_or_unpacked():
    small = TreeLimits(total_bytes=1000, packed_bytes=500)
    with pytest.raises(InputError, match="more than 500 bytes, which is the limit"):
        unpack(b"PK\x03\x04" + bytes(600), "it", small)
    for data in (zip_of(("a", bytes(5000), 0o100644)), tar_of(("a", tarfile.REGTYPE, bytes(5000), 0o644))):
        with pytest.raises(InputError, match="more than 1000 bytes together"):
            unpack(data, "it", small)


@pytest.mark.parametrize(
    "make", [lambda data: zip_of(("a", data, 0o100644)), lambda data: tar_of(("a", tarfile.REGTYPE, data, 0o644))]
)
def test_an_archive_that_unpacks_to_far_more_than_its_own_size(make):
    bomb = make(bytes(40 * 1024 * 1024))
    assert len(bomb) < 64 * 1024
    with pytest.raises(InputError, match="more than 16777216 bytes together"):
        unpack(bomb, "it", LIMITS)


def test_a_bomb_in_the_headers():
    """An extended header that claims, and unpacks to, far more than any file."""
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 400 * 1024 * 1024
    bomb = gzip.compress(header.tobuf(tarfile.USTAR_FORMAT) + bytes(120 * 1024 * 1024))
    with pytest.raises(InputError, match="has much more in it than its own size allows"):
        unpack(bomb, "it", TreeLimits(files=1000))


def test_too_many_entries():
    few = TreeLimits(files=3)
    with pytest.raises(InputError, match="more than 3 files and folders"):
        unpack(zip_of(*((str(number), b"", 0o100644) for number in range(20))), "it", few)
    with pytest.raises(InputError, match="more than 3 files and folders"):
        unpack(tar_of(*((str(number), tarfile.REGTYPE, b"", 0o644) for number in range(4))), "it", few)


def test_unusual_and_encrypted_entries_are_refused():
    with pytest.raises(InputError, match="encrypted or packed in an unusual way"):
        unpack(zip_of(("a", b"A", 0o100644), compression=zipfile.ZIP_LZMA), "it", LIMITS)
    data = bytearray(zip_of(("a", b"A", 0o100644)))
    listed = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, listed + 8, 0x1)
    with pytest.raises(InputError, match="encrypted or packed in an unusual way"):
        unpack(bytes(data), "it", LIMITS)


@pytest.mark.parametrize("data", [b"", b"hello", b"PK\x07\x08", b"BZh91AY"])
def test_what_is_no_archive(data):
    with pytest.raises(InputError, match="neither a zip archive nor a tar archive"):
        unpack(data, "it", LIMITS)


@pytest.mark.parametrize(
    "archive",
    [zip_of(("a", b"A" * 200, 0o100644)), tar_of(("a", tarfile.REGTYPE, b"A" * 200, 0o644))],
    ids=["zip", "tar"],
)
def test_a_broken_archive_is_refused_wherever_it_is_cut_or_changed(archive):
    found = set()
    for position in range(4, len(archive), 3):
        for data in (archive[:position], archive[:position] + b"\xff" + archive[position + 1 :]):
            with contextlib.suppress(InputError):
                found.add(len(contents(unpack(data, "it", LIMITS))))
    assert found <= {0, 1}


def test_names_of_archives():
    assert [is_archive_name(name) for name in ("/a.zip", "/A.TGZ", "/a.tar.gz", "/a.tar", "/a.gz", "/zip")] == [
        True,
        True,
        True,
        True,
        False,
        False,
    ]
