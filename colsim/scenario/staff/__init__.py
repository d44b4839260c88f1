"""Staff lists in spreadsheets: read, judged, and turned into an organisation."""

from colsim.scenario.staff.reading import StaffReading, read_staff
from colsim.scenario.staff.tables import StaffFault

__all__ = ["StaffFault", "StaffReading", "read_staff"]
