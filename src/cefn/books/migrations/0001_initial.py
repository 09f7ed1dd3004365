import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import cefn.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("orders", "0001_initial"),
        ("parties", "0001_initial"),
        ("platform", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "invoice"), ("credit_note", "credit note")],
                        default="invoice",
                        max_length=12,
                    ),
                ),
                ("number", models.CharField(max_length=32)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("posted", "posted"),
                            ("paid", "paid"),
                            ("cancelled", "cancelled"),
                        ],
                        default="posted",
                        max_length=12,
                    ),
                ),
                ("source", models.CharField(max_length=80)),
                ("currency", models.CharField(max_length=3)),
                ("prices_include_tax", models.BooleanField()),
                (
                    "tax_rounding",
                    models.CharField(
                        choices=[("line", "per line"), ("document", "per rate and document")], max_length=16
                    ),
                ),
                ("bill_to", models.JSONField(default=dict)),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("rounding_minor", models.BigIntegerField(default=0)),
                ("total_minor", models.BigIntegerField()),
                ("open_minor", models.BigIntegerField()),
                ("issued_on", models.DateField()),
                ("due_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
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
                        related_name="invoices",
                        to="parties.customer",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="orders.salesorder",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["company", "-issued_on", "-id"], name="invoice_by_day"),
                    models.Index(
                        condition=models.Q(("open_minor__gt", 0)), fields=["company", "due_on"], name="invoice_open"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="invoice_number_once"),
                    models.UniqueConstraint(fields=("company", "source"), name="invoice_source_once"),
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
                        name="invoice_total_adds_up",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("open_minor__gte", 0), ("open_minor__lte", models.F("total_minor"))),
                        name="invoice_open_in_total",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("position", models.IntegerField()),
                ("sku", models.CharField(blank=True, default="", max_length=64)),
                ("description", models.CharField(blank=True, default="", max_length=255)),
                ("quantity", models.BigIntegerField()),
                ("unit_price_micro", models.BigIntegerField()),
                ("tax_code", models.CharField(max_length=24)),
                ("tax_rate_ppm", models.IntegerField()),
                ("net_minor", models.BigIntegerField()),
                ("tax_minor", models.BigIntegerField()),
                ("account_code", models.CharField(max_length=16)),
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
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="books.invoice"
                    ),
                ),
                (
                    "order_line",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.salesorderline",
                    ),
                ),
                (
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.variant",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("invoice", "position"), name="invoice_line_once")],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                (
                    "direction",
                    models.CharField(choices=[("in", "received"), ("out", "refunded")], default="in", max_length=4),
                ),
                ("source", models.CharField(max_length=80)),
                ("reference", models.CharField(blank=True, default="", max_length=120)),
                ("currency", models.CharField(max_length=3)),
                ("amount_minor", models.BigIntegerField()),
                ("unallocated_minor", models.BigIntegerField(default=0)),
                ("paid_on", models.DateField()),
                ("recorded_at", models.DateTimeField()),
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
                        related_name="payments",
                        to="parties.customer",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="orders.salesorder",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="books.payment",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["company", "-paid_on", "-id"], name="payment_by_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="payment_number_once"),
                    models.UniqueConstraint(fields=("company", "source"), name="payment_source_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0), ("unallocated_minor__gte", 0)),
                        name="payment_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentAllocation",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("amount_minor", models.BigIntegerField()),
                ("allocated_at", models.DateTimeField()),
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
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payment_allocations",
                        to="books.invoice",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="books.payment"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("payment", "invoice"), name="payment_allocation_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor", 0), _negated=True), name="payment_allocation_not_nil"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaymentMethod",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=24)),
                ("name", models.CharField(max_length=80)),
                ("name_cy", models.CharField(blank=True, default="", max_length=80)),
                ("account_code", models.CharField(max_length=16)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.company",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="payment_method_once")],
            },
        ),
        migrations.AddField(
            model_name="payment",
            name="method",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="books.paymentmethod"
            ),
        ),
    ]
