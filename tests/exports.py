"""Two personnel exports as systems print them, of invented people: shapes that differ."""

import csv
import datetime as dt
import io
import random

from tests.later import Later

openpyxl = Later("openpyxl")


DAY = dt.date(2026, 3, 31)
MAPPING = ("Team Manager=leave out", "Assistant Team Manager=leave out",
           "Business Support Officer=leave out")  # fmt: skip
"""What is to be said of titles whose holders carry no cases."""

_CHILDREN = (
    ("Duty & Assessment", "Mill House", "North"),
    ("Safeguarding North 1", "Mill House", "North"),
    ("Safeguarding North 2", "Mill House", "North"),
    ("Looked After North", "Beck Lane", "North"),
    ("Safeguarding South 1", "Quay Court", "South"),
    ("Safeguarding South 2", "Quay Court", "South"),
    ("Leaving Care South", "Quay Court", "South"),
)
_MENTAL = (("CMHT North", "Lane Clinic", "North"), ("CMHT South", "Quay Court", "South"),
           ("Recovery North", "Lane Clinic", "North"))  # fmt: skip
_CHILD_TITLES = (
    "Social Worker Level 2", "Social Worker Level 3", "Senior Practitioner",
    "Advanced Practitioner", "Social Worker (ASYE)", "Agency Social Worker",
)  # fmt: skip
_MENTAL_TITLES = (
    "Care Co-ordinator", "CPN", "AMHP", "Senior Social Worker", "Agency Social Worker",
)  # fmt: skip
_HOURS = ("1", "0,6", "0,8", "22.5 hrs", "30 hrs", "1,00")
_DATES = (
    "14/09/2015",
    "03.02.2021",
    "2019-11-04",
    "TBC",
    "00/00/0000",
    "",
    "not known",
    "1-Mar-24",
)


def _people() -> list[list[object]]:
    """Return 190 rows: number, title, team, directorate, site, locality, FTE, start, status."""
    draw = random.Random(3)
    rows: list[list[object]] = []
    for k in range(190):
        children = k % 5 != 4
        team, site, locality = draw.choice(_CHILDREN if children else _MENTAL)
        titles = _CHILD_TITLES if children else _MENTAL_TITLES
        title = titles[(k if children else k // 5) % len(titles)]
        if k % 24 == 23:
            title = "Team Manager" if children else "Assistant Team Manager"
        if k % 47 == 46:
            title = "Business Support Officer"
        directorate = "Children's Services" if children else "Adult Mental Health"
        code = "VACANT" if k % 17 == 16 and "Social" in title else f"{10200 + 7 * k:06d}"
        start = "" if code == "VACANT" else _DATES[k % len(_DATES)]
        status = "Agency" if "Agency" in title else "Permanent"
        rows.append([code, title, team, directorate, site, locality, _HOURS[k % 6], start, status])
    # Two people work half of their time in a second team.
    for one, other in ((0, 1), (4, 9)):
        rows[other][0] = rows[one][0]
        rows[other][2:6] = next(
            [team, rows[one][3], site, locality]
            for team, site, locality in (_CHILDREN if one == 0 else _MENTAL)
            if team != rows[one][2]
        )
    return rows


def workbook() -> bytes:
    """Return an XLSX: titles above, a blank row between teams, subtotals, a total, a footer."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Establishment"
    sheet.append(["Anytown Council"])
    sheet.append(["Establishment report as at 31/03/2026"])
    sheet.append([])
    sheet.append(["Emp No", "Employee Name", "Job Title", "Team", "Directorate", "Office",
                  "Locality", "FTE", "Continuous Service Date", "Contract"])  # fmt: skip
    by_team: dict[object, list[list[object]]] = {}
    for row in _people():
        by_team.setdefault(row[2], []).append(row)
    for team, rows in by_team.items():
        for code, title, _, directorate, site, locality, fte, start, status in rows:
            sheet.append(
                [
                    code,
                    f"Somebody {code}",
                    title,
                    team,
                    directorate,
                    site,
                    locality,
                    fte,
                    start,
                    status,
                ]
            )
        sheet.append([None, f"Total {team}", None, None, None, None, None, "=SUM(H5:H9)"])
        sheet.append([])
    sheet.append(["Grand total", None, None, None, None, None, None, 171.4])
    sheet.append([])
    sheet.append(["Printed by HR Systems 01/04/2026 07:12"])
    sheet.append(["Page 1 of 1"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def text() -> bytes:
    """Return semicolons and Windows-1252: other headers, other order, headers again, a footer."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(["Personalliste – Stand 31.03.2026"])
    writer.writerow([])
    head = ["Position Title", "Service Area", "Department", "Organisational Unit", "Base Location",
            "Area", "Contracted WTE", "Payroll No", "Date of Appointment"]  # fmt: skip
    writer.writerow(head)
    for k, row in enumerate(_people()):
        code, title, team, directorate, site, locality, fte, start, _ = row
        if k == 95:
            writer.writerow(head)
        post = f"{title} - VACANT" if code == "VACANT" else title
        writer.writerow([post, "People’s Directorate", directorate, team, site, locality, fte,
                         "" if code == "VACANT" else code, start])  # fmt: skip
    writer.writerow([])
    writer.writerow(["Total", "", "", "", "", "", "171,4"])
    writer.writerow(["End of report; Größe 190"])
    return stream.getvalue().encode("cp1252")
