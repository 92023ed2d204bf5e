"""The tests, and what programs of theirs have in common.

jsonschema reads the grammar of IRIs where a package that knows it is there, which takes 1.3 s of each process
that it or a notebook is in; no schema here asks for such a format.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
