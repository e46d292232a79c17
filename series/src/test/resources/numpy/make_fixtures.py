"""Writes the files beside it with NumPy: python3 make_fixtures.py. They hold what NumPy itself writes and answers."""
import zlib

import numpy as np
from numpy.lib import format as npy

rng = np.random.default_rng(11)

np.save("vector_f8.npy", np.array([1.5, -2.25, np.nan, np.inf, 1e300]))
np.save("vector_f4.npy", np.array([1.5, -2.25, 3e38], np.float32))
np.save("rows_columns_f8.npy", np.arange(12.0).reshape(4, 3))
np.save("columns_rows_f8.npy", np.asfortranarray(np.arange(12.0).reshape(4, 3)))
np.save("empty_f8.npy", np.zeros(0))
np.save("big_endian.npy", np.arange(3, dtype=">f8"))
np.save("ints.npy", np.arange(3))
np.save("records.npy", np.zeros(2, [("a", "f8"), ("b", "i4")]))
np.save("cube.npy", np.zeros((2, 2, 2)))
np.save("single.npy", np.array(4.0))
for version in ((2, 0), (3, 0)):
    with open(f"version{version[0]}_f8.npy", "wb") as f:
        npy.write_array(f, np.array([1.0, 2.0, 4.0]), version=version)

# Values on a grid make distances that lie exactly at the threshold likely.
values = np.round(rng.standard_normal(20011) * 64) / 64 + 3
values[rng.integers(0, values.size, 40)] += 7.5
for dtype in (np.float32, np.float64):
    np.save(f"zscore_{np.dtype(dtype).str[1:]}.npy", values.astype(dtype))

with open("zscore.csv", "w") as out:
    out.write("dtype,threshold,from,length,mean,std,flagged,crc\n")
    for dtype in (np.float32, np.float64):
        x = values.astype(dtype)
        for threshold in (3.0, 2.7, 1.0):
            for chunk in (5, 8, 100, 129, 1000, 4096, 20011):
                for start in list(range(0, x.size, chunk))[:3]:
                    v = x[start:start + chunk]
                    with np.errstate(all="ignore"):
                        mask = np.abs((v - v.mean()) / v.std()) > threshold
                    out.write(f"{np.dtype(dtype).str[1:]},{threshold},{start},{v.size},{float(v.mean()).hex()},"
                              f"{float(v.std()).hex()},{int(mask.sum())},{zlib.crc32(mask.astype(np.uint8).tobytes())}\n")
