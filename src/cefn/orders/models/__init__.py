"""Tables of sales orders and returns."""

from cefn.orders.models.returns import ReturnLine, ReturnOrder
from cefn.orders.models.sales import LineKind, OrderHold, RoutingDecision, SalesOrder, SalesOrderLine

__all__ = ["LineKind", "OrderHold", "ReturnLine", "ReturnOrder", "RoutingDecision", "SalesOrder", "SalesOrderLine"]
