import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cefn.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("inventory", "0001_initial"),
        ("orders", "0001_initial"),
        ("platform", "0001_initial"),
        ("platform", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="PickBatch",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("released", "released"),
                            ("picking", "picking"),
                            ("done", "done"),
                            ("cancelled", "cancelled"),
                        ],
                        default="released",
                        max_length=12,
                    ),
                ),
                ("task_count", models.IntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                    "warehouse",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.warehouse",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["released", "picking"])),
                        fields=["company", "warehouse", "created_at"],
                        name="pick_batch_open",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("company", "number"), name="pick_batch_number_once")],
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("released", "released"),
                            ("picking", "picking"),
                            ("picked", "picked"),
                            ("packed", "packed"),
                            ("shipped", "shipped"),
                            ("delivered", "delivered"),
                            ("cancelled", "cancelled"),
                        ],
                        default="draft",
                        max_length=12,
                    ),
                ),
                ("exception", models.CharField(blank=True, default="", max_length=255)),
                ("carrier_service", models.CharField(blank=True, default="", max_length=80)),
                ("tracking_number", models.CharField(blank=True, default="", max_length=64)),
                ("ship_to", models.JSONField(default=dict)),
                ("weight_g", models.PositiveIntegerField(default=0)),
                ("ship_by_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("shipped_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="shipments", to="orders.salesorder"
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
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["shipped", "delivered", "cancelled"]), _negated=True),
                        fields=["company", "warehouse", "status", "ship_by_at"],
                        name="shipment_work",
                    ),
                    models.Index(fields=["company", "tracking_number"], name="shipment_by_tracking"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="shipment_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("shipped_at__isnull", False),
                            models.Q(("status__in", ["shipped", "delivered"]), _negated=True),
                            _connector="OR",
                        ),
                        name="shipment_shipped_has_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Package",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                ("sscc", models.CharField(blank=True, default="", max_length=18)),
                ("weight_g", models.PositiveIntegerField(default=0)),
                ("length_mm", models.PositiveIntegerField(default=0)),
                ("width_mm", models.PositiveIntegerField(default=0)),
                ("height_mm", models.PositiveIntegerField(default=0)),
                ("tracking_number", models.CharField(blank=True, default="", max_length=64)),
                ("contents", models.JSONField(default=list)),
                ("packed_at", models.DateTimeField()),
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
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packages", to="warehouse.shipment"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "number"), name="package_number_once")],
            },
        ),
        migrations.CreateModel(
            name="ShipmentLine",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("position", models.IntegerField()),
                ("quantity", models.BigIntegerField()),
                ("picked", models.BigIntegerField(default=0)),
                ("packed", models.BigIntegerField(default=0)),
                ("shipped", models.BigIntegerField(default=0)),
                (
                    "allocation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.allocation",
                    ),
                ),
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
                    "order_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shipment_lines",
                        to="orders.salesorderline",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="warehouse.shipment"
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("shipment", "position"), name="shipment_line_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("packed__gte", 0),
                            ("packed__lte", models.F("picked")),
                            ("picked__gte", 0),
                            ("picked__lte", models.F("quantity")),
                            ("quantity__gte", 0),
                            ("shipped__gte", 0),
                            ("shipped__lte", models.F("quantity")),
                        ),
                        name="shipment_line_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PickTask",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("sequence", models.IntegerField()),
                ("quantity", models.BigIntegerField()),
                ("picked", models.BigIntegerField(default=0)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("picked", "picked"),
                            ("short", "short"),
                            ("cancelled", "cancelled"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="warehouse.pickbatch"
                    ),
                ),
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
                    "location",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.location",
                    ),
                ),
                (
                    "lot",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.lot",
                    ),
                ),
                (
                    "quant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.stockquant",
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
                    "shipment_line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="warehouse.shipmentline"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("picked__gte", 0), ("picked__lte", models.F("quantity")), ("quantity__gt", 0)
                        ),
                        name="pick_task_in_order",
                    )
                ],
            },
        ),
    ]
