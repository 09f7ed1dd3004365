"""Addresses of the warehouse, returns, money, imports, jobs, settings and people."""

from django.urls import path

from cefn.web.views import shipments, warehouse

WAREHOUSE = [
    path("warehouse/", warehouse.warehouse, name="warehouse"),
    path("warehouse/shipments/", warehouse.shipments, name="shipments"),
    path("warehouse/shipments/<str:number>/", shipments.shipment, name="shipment"),
    path("warehouse/shipments/<str:number>/slip.pdf", shipments.slip, name="shipment_slip"),
    path("warehouse/shipments/<str:number>/pack/", shipments.pack, name="pack"),
    path("warehouse/labels/<int:label_id>/", shipments.label, name="label"),
    path("warehouse/batches/", warehouse.batches, name="batches"),
    path("warehouse/batches/<str:number>/", warehouse.batch, name="batch"),
    path("warehouse/batches/<str:number>/paper/<str:paper>/", warehouse.batch_paper, name="batch_paper"),
    path("warehouse/batches/<str:number>/pick/", warehouse.pick, name="pick"),
    path("warehouse/batches/<str:number>/pick/<int:task_id>/", warehouse.pick_confirm, name="pick_confirm"),
]

AREAS = [*WAREHOUSE]
