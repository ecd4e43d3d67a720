"""The parameters that the LightGBM of this environment knows, as JSON. It runs there."""

import ctypes
import json

from lightgbm.basic import _LIB

size = 1 << 20
buffer = ctypes.create_string_buffer(size)
length = ctypes.c_int64(0)
_LIB.LGBM_DumpParamAliases(ctypes.c_int64(size), ctypes.byref(length), buffer)
print(json.dumps(sorted(json.loads(buffer.value.decode()))))
