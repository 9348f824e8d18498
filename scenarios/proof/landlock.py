"""Landlock: the Linux kernel's way to let a process give up files and network without being root.

Python has no binding for it, so the three system calls are made through ctypes. Numbers and structures are
from the kernel's `linux/landlock.h`; bits that a kernel does not know yet are left out by its ABI version.
"""

import ctypes
import os
import sys
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on every architecture
ASK_VERSION = 1
RULE_PATH_BENEATH = 1
PR_SET_NO_NEW_PRIVS = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
FILE_RIGHTS = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | 1 << 15  # 14: truncate, 15: ioctl on devices
READING = READ_FILE | READ_DIR
MAKING = READ_FILE | WRITE_FILE | 1 << 5 | 1 << 8  # 5: remove a file, 8: make a file
TCP = 1 << 0 | 1 << 1  # bind, connect
OUTSIDERS = (
    1 << 0 | 1 << 1
)  # abstract sockets of, and signals to, processes that are not confined with this one


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scope", ctypes.c_uint64)]


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32)]


def version() -> int:
    """The kernel's Landlock version, 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(_libc().syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)))


def restrict_files(*, read: Iterable[Path], write: Iterable[Path], make: Iterable[Path] = ()) -> bool:
    """Let this process read below `read`, do anything below `write`, and open nothing else, nor connect.

    In `make` it can make, open and remove files whose names it knows, but not list them. Returns False,
    having done nothing, where the kernel has no Landlock. Files that are already open stay usable.
    """
    abi = version()
    if not abi:
        return False
    rights = _known_rights(abi)
    attributes = _Ruleset(rights, TCP if abi >= 4 else 0, OUTSIDERS if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8  # older kernels know fewer fields
    ruleset = _call(CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), 0)
    for path in read:
        _allow(ruleset, path, READING & rights)
    for path in write:
        _allow(ruleset, path, rights & ~EXECUTE)
    for path in make:
        _allow(ruleset, path, MAKING & rights)
    _allow(ruleset, Path(os.devnull), (READ_FILE | WRITE_FILE) & rights)
    if _libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "The kernel did not accept no_new_privs.")
    _call(RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)
    return True


def _known_rights(abi: int) -> int:
    """All file rights of this version: 13 at first, then refer, truncate and device ioctl."""
    return (1 << (13 + (abi >= 2) + (abi >= 3) + (abi >= 5))) - 1


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not path.is_dir():
            rights &= FILE_RIGHTS
        _call(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(_PathBeneath(rights, parent)), 0)
    finally:
        os.close(parent)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(*arguments: object) -> int:
    result = _libc().syscall(*arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "Landlock refused a call.")
    return int(result)
