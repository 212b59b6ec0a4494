"""Reads the field blocks of answers, with libnghttp2's own inflater."""

import ctypes
import ctypes.util

_FINAL, _EMIT = 1, 2
_library = ctypes.CDLL(ctypes.util.find_library("nghttp2") or "libnghttp2.so.14")


class _Field(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.POINTER(ctypes.c_ubyte)),
        ("value", ctypes.POINTER(ctypes.c_ubyte)),
        ("name_bytes", ctypes.c_size_t),
        ("value_bytes", ctypes.c_size_t),
        ("flags", ctypes.c_ubyte),
    ]


_library.nghttp2_hd_inflate_hd2.restype = ctypes.c_ssize_t
_library.nghttp2_hd_inflate_hd2.argtypes = [
    ctypes.c_void_p,
    ctypes.POINTER(_Field),
    ctypes.POINTER(ctypes.c_int),
    ctypes.c_char_p,
    ctypes.c_size_t,
    ctypes.c_int,
]
_library.nghttp2_hd_inflate_new.argtypes = [ctypes.POINTER(ctypes.c_void_p)]
_library.nghttp2_hd_inflate_del.argtypes = [ctypes.c_void_p]
_library.nghttp2_hd_inflate_end_headers.argtypes = [ctypes.c_void_p]


class Reader:
    """The blocks of one connection, each read once and in order."""

    def __init__(self):
        self._inflater = ctypes.c_void_p()
        assert _library.nghttp2_hd_inflate_new(ctypes.byref(self._inflater)) == 0

    def __del__(self):
        _library.nghttp2_hd_inflate_del(self._inflater)

    def read(self, block: bytes) -> dict[str, str]:
        """The fields of one block."""
        found = {}
        while True:
            field, flags = _Field(), ctypes.c_int(0)
            count = _library.nghttp2_hd_inflate_hd2(
                self._inflater, ctypes.byref(field), ctypes.byref(flags), block, len(block), 1
            )
            assert count >= 0, f"a broken block: error {count}"
            block = block[count:]
            if flags.value & _EMIT:
                name = bytes(field.name[: field.name_bytes]).decode()
                found[name] = bytes(field.value[: field.value_bytes]).decode()
            if flags.value & _FINAL:
                _library.nghttp2_hd_inflate_end_headers(self._inflater)
                return found
