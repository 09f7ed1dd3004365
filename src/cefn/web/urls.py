"""Addresses of the screens. Every view is wrapped by `cefn.web.access.screen`, which a test holds."""

from django.urls import path

from cefn.web.area_urls import AREAS
from cefn.web.views import accounts, desk, orders, parties, products, stock, today

app_name = "web"

urlpatterns = [
    path("", today.today, name="today"),
    path("log-in/", accounts.log_in, name="log_in"),
    path("log-out/", accounts.log_out, name="log_out"),
    path("welcome/", accounts.welcome, name="welcome"),
    path("me/", accounts.me, name="me"),
    path("desk/counts/", desk.counts, name="counts"),
    path("desk/bell/", desk.bell, name="bell"),
    path("desk/search/", desk.search, name="search"),
    path("desk/language/", desk.language, name="language"),
    path("desk/switch/", desk.switch, name="switch"),
    path("desk/views/", desk.view_save, name="view_save"),
    path("desk/views/<int:view_id>/forget/", desk.view_forget, name="view_forget"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<str:number>/", orders.order, name="order"),
    path("orders/<str:number>/explain/<str:figure>/", orders.explain, name="order_explain"),
    path("stock/", stock.stock, name="stock"),
    path("stock/moves/", stock.moves, name="moves"),
    path("stock/<int:variant_id>/explain/<str:figure>/", stock.explain, name="stock_explain"),
    path("products/", products.products, name="products"),
    path("products/<int:product_id>/", products.product, name="product"),
    path("variants/<int:variant_id>/", stock.variant, name="variant"),
    path("customers/", parties.customers, name="customers"),
    path("customers/<str:number>/", parties.customer, name="customer"),
    path("suppliers/", parties.suppliers, name="suppliers"),
    path("suppliers/<str:number>/", parties.supplier, name="supplier"),
    *AREAS,
]
