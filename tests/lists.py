"""Staff lists that several tests use."""

import io
import zipfile
from functools import cache

from colsim.scenario.shipped import shipped_folder

EXAMPLE = shipped_folder() / "authorities" / "example_authority"
LISTS = [(f"{name}.csv", (EXAMPLE / f"{name}.csv").read_bytes()) for name in ("staff", "ties")]
HEAD = "Staff code;Role;Team;Site;Locality;Hours\n"
SMALL = (
    HEAD
    + "".join(f"c{k};CSW;North;Town Hall;North;37\n" for k in range(6))
    + "m1;MHSW;Clinic;Clinic;North;37\nm2;MHSW;Clinic;Clinic;North;18,5\n"
).encode("cp1252")


@cache
def packed(size):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * size)
    return out.getvalue()
