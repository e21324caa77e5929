"""A disk whose power can be cut: what has not been flushed when that happens is kept, lost or torn, sector by sector.

This kernel has no dm-flakey. The disk is a file served through FUSE, a loop device makes a block device of it, and a
real ext4 is mounted from that. Only what one file needs of the protocol is spoken here (linux/fuse.h): a library would
bring a system library along for one script. Needs root.
"""

from __future__ import annotations

import ctypes
import errno
import os
import random
import stat
import struct
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from threading import Event, Thread

SECTOR = 512
"""What a disk writes whole or not at all."""

LARGEST_WRITE = 128 << 10
DIES_WITHIN_S = 20.0
_HEADER = struct.Struct("<IIQQIIIHH")
_BIG_WRITES, _MAX_PAGES = 1 << 5, 1 << 22
_DIRECT_IO = 1
_MS_NOSUID_NODEV = 2 | 4


class Op(IntEnum):
    """What the kernel asks of a file system that is one file."""

    FORGET = 2
    GETATTR = 3
    OPEN = 14
    READ = 15
    WRITE = 16
    RELEASE = 18
    FSYNC = 20
    FLUSH = 25
    INIT = 26
    INTERRUPT = 36
    DESTROY = 38
    BATCH_FORGET = 42


class DiskLost(Exception):
    """The file system itself is beyond mending."""


@dataclass
class Disk:
    """The platter: `kept` survives a cut, `waiting` are writes since the last flush, in order.

    `cut_at`: the power fails during the operation of this number, counted from the last `power_on`.
    `lies`: it says that it has flushed, and has not, as some memory cards do.
    """

    kept: bytearray
    waiting: list[tuple[int, bytes]] = field(default_factory=list)
    operations: int = 0
    cut_at: int | None = None
    lies: bool = False
    cut: Event = field(default_factory=Event)
    dead: Event = field(default_factory=Event)
    """Set by whoever ends the machine's programs. Until then the operation that met the cut is not answered: a program
    that heard of a sync that never was would act on it, as none can whose machine is off."""

    def read(self, at: int, size: int) -> bytes:
        """As the machine sees it: the disk's own cache included."""
        seen = bytearray(self.kept[at : at + size])
        for start, data in self.waiting:
            first, last = max(start, at), min(start + len(data), at + size)
            if first < last:
                seen[first - at : last - at] = data[first - start : last - start]
        return bytes(seen)

    def write(self, at: int, data: bytes) -> None:
        was_on = not self.cut.is_set()
        self._goes_on()
        if was_on:  # the write that the cut meets may be there in part
            self.waiting.append((at, data))

    def flush(self) -> None:
        if self._goes_on() and not self.lies:
            self._apply(self.waiting)

    def settle(self) -> None:
        """An orderly end: everything is kept."""
        self._apply(self.waiting)

    def fail(self, dice: random.Random) -> tuple[int, int]:
        """The power has gone: of what waited some is kept, some lost, some torn. Sectors kept and lost."""
        sectors = [
            (at + offset, data[offset : offset + SECTOR])
            for at, data in self.waiting
            for offset in range(0, len(data), SECTOR)
        ]
        share = dice.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        kept = [sector for sector in sectors if dice.random() < share]
        self._apply(kept)
        self.waiting.clear()
        return len(kept), len(sectors) - len(kept)

    def power_on(self, cut_at: int | None) -> None:
        self.cut.clear()
        self.dead.clear()
        self.operations, self.cut_at = 0, cut_at

    def _goes_on(self) -> bool:
        """Count an operation; false from the cut on: the machine goes on talking, and nobody listens."""
        self.operations += 1
        if self.cut_at is not None and self.operations >= self.cut_at:
            self.cut.set()
            self.dead.wait(DIES_WITHIN_S)
        return not self.cut.is_set()

    def _apply(self, writes: list[tuple[int, bytes]]) -> None:
        for at, data in writes:
            self.kept[at : at + len(data)] = data
        if writes is self.waiting:
            self.waiting.clear()


@contextmanager
def served(disk: Disk, place: Path) -> Iterator[Path]:
    """The disk as a file at `place`."""
    place.touch()
    device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    options = f"fd={device},rootmode={stat.S_IFREG:o},user_id=0,group_id=0"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"cut-disk", os.fsencode(place), b"fuse", _MS_NOSUID_NODEV, options.encode()) != 0:
        raise OSError(ctypes.get_errno(), "the disk cannot be mounted")
    serving = Thread(target=_serve, args=(device, disk), daemon=True)
    serving.start()
    try:
        yield place
    finally:
        libc.umount2(os.fsencode(place), 2)
        serving.join(5)
        os.close(device)


@contextmanager
def mounted(image: Path, folder: Path) -> Iterator[Path]:
    """The ext4 on an image, through a loop device, checked and mended first as a Raspberry Pi does at its start.

    Raises DiskLost where nothing can be mended.
    """
    folder.mkdir(exist_ok=True)
    device = _said("losetup", "--find", "--show", str(image))
    with ExitStack() as stack:
        stack.callback(_said, "losetup", "--detach", device)
        checked = subprocess.run(["fsck.ext4", "-y", device], capture_output=True, text=True)
        if checked.returncode not in (0, 1):
            raise DiskLost(checked.stdout + checked.stderr)
        _said("mount", "-t", "ext4", "-o", "noatime", device, str(folder))
        stack.callback(_said, "umount", str(folder))
        yield folder


def formatted(folder: Path, megabytes: int) -> bytearray:
    """A new ext4's bytes."""
    image = folder / "new.img"
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    _said("mkfs.ext4", "-q", "-F", str(image))
    made = bytearray(image.read_bytes())
    image.unlink()
    return made


def _said(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _serve(device: int, disk: Disk) -> None:
    with suppress(OSError):  # the mount has gone
        while True:
            try:
                request = os.read(device, LARGEST_WRITE + 4096)
            except InterruptedError:
                continue
            except OSError as error:
                if error.errno == errno.ENOENT:  # withdrawn before it was read
                    continue
                raise
            _, opcode, unique, *_ = _HEADER.unpack_from(request)
            if opcode in (Op.FORGET, Op.BATCH_FORGET, Op.INTERRUPT):
                continue
            problem, body = _answer(opcode, request[_HEADER.size :], disk)
            os.write(device, struct.pack("<IiQ", 16 + len(body), -problem, unique) + body)
            if opcode == Op.DESTROY:
                return


def _answer(opcode: int, body: bytes, disk: Disk) -> tuple[int, bytes]:
    """An error number and the reply's body, laid out as linux/fuse.h has it."""
    match opcode:
        case Op.INIT:
            _, minor, readahead, flags = struct.unpack_from("<4I", body)
            sizes = (16, 12, LARGEST_WRITE, 1, LARGEST_WRITE // 4096, 0)
            told = (7, min(minor, 31), readahead, flags & (_BIG_WRITES | _MAX_PAGES))
            return 0, struct.pack("<4I2H2I2H32x", *told, *sizes)
        case Op.GETATTR:
            size = len(disk.kept)
            attributes = struct.pack("<3Q36x7I", 1, size, size // 512, stat.S_IFREG | 0o600, 1, 0, 0, 0, 4096, 0)
            return 0, struct.pack("<Q8x", 3600) + attributes
        case Op.OPEN:
            return 0, struct.pack("<QII", 1, _DIRECT_IO, 0)
        case Op.READ:
            _, at, size = struct.unpack_from("<QQI", body)
            return 0, disk.read(at, size)
        case Op.WRITE:
            _, at, size = struct.unpack_from("<QQI", body)
            disk.write(at, body[40 : 40 + size])
            return 0, struct.pack("<II", size, 0)
        case Op.FSYNC:
            disk.flush()
            return 0, b""
        case Op.RELEASE | Op.FLUSH | Op.DESTROY:
            return 0, b""
        case _:
            return errno.ENOSYS, b""
