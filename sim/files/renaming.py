"""Renames that Python does not have: one that exchanges two names, and one that replaces nothing."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

__all__ = ["exchange", "rename_new"]

_HERE: Final = -100  # AT_FDCWD: names are relative to the current directory
_NO_REPLACE: Final = 1
_EXCHANGE: Final = 2
# A kernel, a file system or a sandbox that does not know it; what else EINVAL and EPERM may mean, the
# ordinary rename that is tried next says too.
_UNKNOWN: Final = frozenset((errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM))


def exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False, and nothing is changed, if that is not possible here.

    Raises:
        OSError: it went wrong.
    """
    return _rename(one, other, _EXCHANGE)


def rename_new(old: Path, new: Path) -> None:
    """Give a file a name that nothing has.

    Where there is neither such a rename nor links, the name is taken by an empty file first.

    Raises:
        FileExistsError: something has it.
        OSError: it went wrong.
    """
    if _rename(old, new, _NO_REPLACE):
        return
    try:
        os.link(old, new)  # unlike an ordinary rename, it never replaces
    except FileExistsError:
        raise
    except OSError:
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        os.replace(old, new)
    else:
        os.unlink(old)


def _rename(old: Path, new: Path, flags: int) -> bool:
    call = _renameat2()
    if call is None:
        return False
    if not call(_HERE, os.fsencode(old), _HERE, os.fsencode(new), flags):
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(old), None, str(new))


@cache
def _renameat2() -> Callable[[int, bytes, int, bytes, int], int] | None:
    """Linux's own call; None elsewhere."""
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return None
    call.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return call
