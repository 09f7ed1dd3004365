import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import cefn.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("inventory", "0001_initial"),
        ("parties", "0001_initial"),
        ("platform", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SalesOrder",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                ("channel", models.CharField(max_length=32)),
                ("external_id", models.CharField(blank=True, default="", max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("quoted", "quoted"),
                            ("confirmed", "confirmed"),
                            ("processing", "processing"),
                            ("done", "done"),
                            ("cancelled", "cancelled"),
                        ],
                        default="confirmed",
                        max_length=12,
                    ),
                ),
                ("is_on_hold", models.BooleanField(default=False)),
                (
                    "allocation_status",
                    models.CharField(
                        choices=[("none", "not allocated"), ("partial", "partly allocated"), ("full", "allocated")],
                        default="none",
                        max_length=12,
                    ),
                ),
                (
                    "fulfilment_status",
                    models.CharField(
                        choices=[("unfulfilled", "unfulfilled"), ("partial", "partly sent"), ("fulfilled", "sent")],
                        default="unfulfilled",
                        max_length=12,
                    ),
                ),
                (
                    "delivery_status",
                    models.CharField(
                        choices=[
                            ("none", "not sent"),
                            ("in_transit", "on its way"),
                            ("delivered", "delivered"),
                            ("exception", "delivery problem"),
                        ],
                        default="none",
                        max_length=12,
                    ),
                ),
                (
                    "invoice_status",
                    models.CharField(
                        choices=[("none", "not invoiced"), ("partial", "partly invoiced"), ("full", "invoiced")],
                        default="none",
                        max_length=12,
                    ),
                ),
                (
                    "payment_status",
                    models.CharField(
                        choices=[
                            ("unpaid", "unpaid"),
                            ("authorised", "authorised"),
                            ("partial", "partly paid"),
                            ("paid", "paid"),
                            ("partly_refunded", "partly refunded"),
                            ("refunded", "refunded"),
                            ("overpaid", "overpaid"),
                        ],
                        default="unpaid",
                        max_length=16,
                    ),
                ),
                (
                    "return_status",
                    models.CharField(
                        choices=[("none", "nothing returned"), ("partial", "partly returned"), ("full", "returned")],
                        default="none",
                        max_length=12,
                    ),
                ),
                ("exception", models.CharField(blank=True, default="", max_length=255)),
                ("currency", models.CharField(max_length=3)),
                ("prices_include_tax", models.BooleanField()),
                (
                    "tax_rounding",
                    models.CharField(
                        choices=[("line", "per line"), ("document", "per rate and document")], max_length=16
                    ),
                ),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("discount_minor", models.BigIntegerField(default=0)),
                ("rounding_minor", models.BigIntegerField(default=0)),
                ("total_minor", models.BigIntegerField()),
                ("channel_total_minor", models.BigIntegerField(null=True)),
                ("paid_minor", models.BigIntegerField(default=0)),
                ("refunded_minor", models.BigIntegerField(default=0)),
                ("ship_to", models.JSONField(default=dict)),
                ("bill_to", models.JSONField(default=dict)),
                ("ship_country", models.CharField(blank=True, default="", max_length=2)),
                ("ship_postcode", models.CharField(blank=True, default="", max_length=24)),
                ("shipping_service", models.CharField(blank=True, default="", max_length=80)),
                ("priority", models.SmallIntegerField(default=0)),
                ("is_ship_complete", models.BooleanField(default=False)),
                ("note", models.TextField(blank=True, default="")),
                ("tags", models.JSONField(default=list)),
                ("search_text", models.CharField(blank=True, default="", max_length=400)),
                ("placed_at", models.DateTimeField()),
                ("ship_by_at", models.DateTimeField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("version", models.IntegerField(default=1)),
                ("line_count", models.IntegerField(default=0)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.company",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="parties.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["company", "-placed_at", "-id"], name="order_by_day"),
                    models.Index(fields=["company", "search_text"], name="order_search"),
                    models.Index(
                        condition=models.Q(("status__in", ["confirmed", "processing"])),
                        fields=["company", "ship_by_at"],
                        name="order_open",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="order_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("company", "channel", "external_id"),
                        name="order_external_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "total_minor",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("net_minor"), "+", models.F("tax_minor")
                                    ),
                                    "+",
                                    models.F("rounding_minor"),
                                ),
                            )
                        ),
                        name="order_total_adds_up",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoutingDecision",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("decided_at", models.DateTimeField()),
                ("rule", models.CharField(max_length=40)),
                ("chosen", models.JSONField(default=list)),
                ("candidates", models.JSONField(default=list)),
                ("reason", models.CharField(max_length=255)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.company",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="routing_decisions",
                        to="orders.salesorder",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ReturnOrder",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                ("channel", models.CharField(blank=True, default="", max_length=32)),
                ("external_id", models.CharField(blank=True, default="", max_length=120)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "requested"),
                            ("authorised", "authorised"),
                            ("in_transit", "on its way back"),
                            ("received", "received"),
                            ("inspected", "inspected"),
                            ("closed", "closed"),
                            ("rejected", "rejected"),
                            ("cancelled", "cancelled"),
                        ],
                        default="requested",
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=255)),
                ("note", models.TextField(blank=True, default="")),
                ("currency", models.CharField(max_length=3)),
                ("prices_include_tax", models.BooleanField()),
                ("net_minor", models.BigIntegerField(default=0)),
                ("tax_minor", models.BigIntegerField(default=0)),
                ("total_minor", models.BigIntegerField(default=0)),
                ("refunded_minor", models.BigIntegerField(default=0)),
                ("requested_at", models.DateTimeField()),
                ("received_at", models.DateTimeField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.company",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="parties.customer",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="orders.salesorder",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["company", "-requested_at", "-id"], name="return_by_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="return_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("company", "channel", "external_id"),
                        name="return_external_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderHold",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("payment", "payment"),
                            ("credit", "credit"),
                            ("address", "address"),
                            ("fraud", "fraud check"),
                            ("manual", "manual"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(max_length=255)),
                ("placed_by", models.CharField(max_length=120)),
                ("placed_at", models.DateTimeField()),
                ("released_by", models.CharField(blank=True, default="", max_length=120)),
                ("released_at", models.DateTimeField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.company",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="orders.salesorder"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("released_at__isnull", True)),
                        fields=("order", "kind"),
                        name="hold_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SalesOrderLine",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("position", models.IntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("goods", "Goods"), ("service", "Service")], default="goods", max_length=8
                    ),
                ),
                ("description", models.CharField(blank=True, default="", max_length=255)),
                ("quantity", models.BigIntegerField()),
                ("cancelled", models.BigIntegerField(default=0)),
                ("allocated", models.BigIntegerField(default=0)),
                ("picked", models.BigIntegerField(default=0)),
                ("shipped", models.BigIntegerField(default=0)),
                ("invoiced", models.BigIntegerField(default=0)),
                ("returned", models.BigIntegerField(default=0)),
                ("unit_price_micro", models.BigIntegerField()),
                ("discount_minor", models.BigIntegerField(default=0)),
                ("tax_code", models.CharField(max_length=24)),
                ("tax_rate_ppm", models.IntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("shipped_cost_minor", models.BigIntegerField(default=0)),
                ("returned_cost_minor", models.BigIntegerField(default=0)),
                ("external_id", models.CharField(blank=True, default="", max_length=120)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.company",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="orders.salesorder"
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="catalog.variant"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("order", "position"), name="order_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("allocated__gte", 0),
                            ("cancelled__gte", 0),
                            ("picked__gte", 0),
                            ("quantity__gt", 0),
                            ("shipped__gte", 0),
                        ),
                        name="order_line_positive",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "quantity__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("cancelled"), "+", models.F("shipped")
                                    ),
                                    "+",
                                    models.F("allocated"),
                                ),
                            )
                        ),
                        name="order_line_not_over",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("returned__gte", 0), ("returned__lte", models.F("shipped"))),
                        name="order_line_returned_in_shipped",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("picked__lte", models.F("allocated"))),
                        name="order_line_picked_in_allocated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReturnLine",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("position", models.IntegerField()),
                ("kind", models.CharField(default="goods", max_length=8)),
                ("description", models.CharField(blank=True, default="", max_length=255)),
                ("quantity", models.BigIntegerField()),
                ("received", models.BigIntegerField(default=0)),
                (
                    "disposition",
                    models.CharField(
                        choices=[
                            ("restock", "back on the shelf"),
                            ("refurbish", "refurbish"),
                            ("quarantine", "quarantine"),
                            ("scrap", "scrap"),
                            ("return_to_vendor", "back to the supplier"),
                            ("reject", "reject"),
                        ],
                        default="restock",
                        max_length=20,
                    ),
                ),
                ("grade", models.CharField(blank=True, default="", max_length=1)),
                ("unit_price_micro", models.BigIntegerField()),
                ("tax_code", models.CharField(max_length=24)),
                ("tax_rate_ppm", models.IntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("cost_minor", models.BigIntegerField(default=0)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.company",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.variant",
                    ),
                ),
                (
                    "return_order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="orders.returnorder"
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="returns",
                        to="orders.salesorderline",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("return_order", "position"), name="return_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(("quantity__gt", 0), ("received__gte", 0)), name="return_line_positive"
                    ),
                ],
            },
        ),
    ]
