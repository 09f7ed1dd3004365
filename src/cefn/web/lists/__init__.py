"""The one list engine: a ListSpec says what a list is, and this package draws, filters, pages and exports it.

`spec` holds the declarations, `filters` the kinds of filter, `question` reads and writes the address, `paging` walks by
keyset, `bulk` runs actions over picked rows, `export` writes what is seen to a file, `view` answers the request.
"""

from cefn.web.lists.bulk import BulkAction, BulkResult, bulk_each
from cefn.web.lists.filters import ChoiceFilter, DayFilter, FlagFilter, TextFilter
from cefn.web.lists.spec import Column, Empty, HeadLink, ListSpec, Tab, Total
from cefn.web.lists.view import list_response

__all__ = [
    "BulkAction",
    "BulkResult",
    "ChoiceFilter",
    "Column",
    "DayFilter",
    "Empty",
    "FlagFilter",
    "HeadLink",
    "ListSpec",
    "Tab",
    "TextFilter",
    "Total",
    "bulk_each",
    "list_response",
]
