"""Switch the extension on for all Jupyter servers of this environment: ``python -m course_server``."""

import sys
from pathlib import Path

from course_server import switch_on

if __name__ == "__main__":
    print(f"The chapters' server extension is on: {switch_on(Path(sys.prefix, 'etc', 'jupyter'))}")
