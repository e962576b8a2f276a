"""The agent itself loads neither FFmpeg nor numpy: only the programs that look do."""

import subprocess
import sys


def test_the_agent_loads_no_library_of_pictures_and_arithmetic():
    asked = (
        "import sys, motcua_edge.app.agent; "
        "sys.stdout.write(' '.join({'av', 'numpy', 'cv2'} & sys.modules.keys()))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )
    assert ended.stdout == ""
