"""The application as one of the web processes of `cefn serve` loads it: it ends when its parent ends.

A web process that outlived a killed parent would hold the port and serve old code.
"""

import importlib
import multiprocessing
import os
import threading
from multiprocessing.process import BaseProcess
from typing import Any

PARENT_GONE = 3


def parent_watch(parent: BaseProcess) -> None:
    """Wait until the parent process ends, then leave at once; open transactions roll back."""
    parent.join()
    os._exit(PARENT_GONE)


def application_load() -> Any:
    """Return the WSGI application, watched if this process has a parent that serves."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=parent_watch, args=(parent,), name="parent", daemon=True).start()
    return importlib.import_module("cefn.config.wsgi").application


application = application_load()
