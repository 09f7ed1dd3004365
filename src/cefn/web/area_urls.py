"""Addresses of the warehouse, returns, money, imports, jobs, settings and people."""

from django.urls import path

from cefn.web.views import (
    adjustments,
    audit,
    imports,
    jobs,
    ledger,
    money,
    people,
    returns,
    settings,
    shipments,
    warehouse,
)

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

MONEY = [
    path("money/invoices/", money.invoices, name="invoices"),
    path("money/invoices/<str:number>/", money.invoice, name="invoice"),
    path("money/invoices/<str:number>/paper.pdf", money.invoice_pdf, name="invoice_pdf"),
    path("money/payments/", money.payments, name="payments"),
    path("money/payments/new/", money.payment_new, name="payment_new"),
    path("money/payments/<str:number>/", money.payment, name="payment"),
    path("money/ledger/", ledger.ledger, name="ledger"),
    path("money/ledger/<str:number>/", ledger.entry, name="entry"),
    path("money/accounts/", ledger.accounts, name="accounts"),
    path("money/accounts/<str:code>/", ledger.account, name="account"),
    path("money/reports/<str:key>/", ledger.report, name="report"),
    path("money/debtors/", ledger.debtors, name="debtors"),
    path("money/debtors/<str:customer>/", ledger.debtor, name="debtor"),
    path("money/periods/", ledger.periods, name="periods"),
]

IMPORTS = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<str:number>/", imports.import_run, name="import"),
    path("imports/<str:number>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<str:number>/refused.<str:format_name>", imports.import_faults, name="import_faults"),
]

RETURNS = [
    path("returns/", returns.returns, name="returns"),
    path("returns/new/", returns.return_new, name="return_new"),
    path("returns/<str:number>/", returns.return_page, name="return"),
]

STOCK = [
    path("stock/adjustments/", adjustments.adjustments, name="adjustments"),
    path("stock/adjustments/new/", adjustments.adjustment_new, name="adjustment_new"),
    path("stock/adjustments/<str:number>/", adjustments.adjustment, name="adjustment"),
]

SETTINGS = [
    path("settings/", settings.settings, name="settings"),
    path("settings/warehouses/<str:code>/", settings.bins, name="settings_bins"),
    path("settings/<str:key>/", settings.settings, name="settings_section"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/schedules/", jobs.schedules, name="schedules"),
    path("jobs/<int:job_id>/", jobs.job, name="job"),
    path("people/", people.users, name="users"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:user_id>/", people.person, name="person"),
    path("people/<int:user_id>/first-password/<str:token>/", people.first_password, name="first_password"),
    path("audit/", audit.audit, name="audit"),
    path("audit/verify/", audit.verify, name="audit_verify"),
    path("audit/check/", audit.check, name="check"),
]

AREAS = [*WAREHOUSE, *MONEY, *IMPORTS, *RETURNS, *STOCK, *SETTINGS]
