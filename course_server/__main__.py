"""Switch the extensions on for all Jupyter servers of this environment: ``python -m course_server``."""

import sys
from pathlib import Path

from course_server import switch_on

if __name__ == "__main__":
    note, page = switch_on(Path(sys.prefix, "etc", "jupyter"), Path(sys.prefix, "share", "jupyter"))
    print(f"The chapters' extensions of Jupyter are on:\n{note}\n{page}")
