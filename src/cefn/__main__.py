"""`python -m cefn`: the same as the command `cefn`."""

import sys

from cefn.cli.main import main

sys.exit(main())
