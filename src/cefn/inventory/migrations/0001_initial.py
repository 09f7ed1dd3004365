import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import cefn.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
        ("platform", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="AdjustmentReason",
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
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="adjustment_reason_once")],
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                ("note", models.CharField(blank=True, default="", max_length=255)),
                ("occurred_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("actor_name", models.CharField(max_length=120)),
                ("value_minor", models.BigIntegerField(default=0)),
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
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="inventory.adjustment",
                    ),
                ),
                (
                    "reason",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.adjustmentreason",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "number"), name="adjustment_number_once")],
            },
        ),
        migrations.CreateModel(
            name="CostLayer",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("received_at", models.DateTimeField()),
                ("source", models.CharField(max_length=80)),
                ("quantity", models.BigIntegerField()),
                ("remaining", models.BigIntegerField()),
                ("value_minor", models.BigIntegerField()),
                ("remaining_value_minor", models.BigIntegerField()),
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
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("remaining__gt", 0)), fields=["company", "variant", "id"], name="layer_open"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("remaining__gte", 0), ("remaining__lte", models.F("quantity"))),
                        name="layer_not_over_consumed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("remaining__gt", 0), ("remaining_value_minor", 0), _connector="OR"),
                        name="layer_empty_without_value",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Location",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=32)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("zone", "zone"),
                            ("aisle", "aisle"),
                            ("rack", "rack"),
                            ("bin", "bin"),
                            ("dock", "dock"),
                            ("staging", "staging"),
                            ("pack", "packing"),
                            ("quarantine", "quarantine"),
                            ("transit", "in transit"),
                            ("supplier", "supplier"),
                            ("customer", "customer"),
                            ("production", "production"),
                            ("loss", "loss"),
                        ],
                        max_length=12,
                    ),
                ),
                ("sequence", models.IntegerField(default=0)),
                ("x_mm", models.IntegerField(default=0)),
                ("y_mm", models.IntegerField(default=0)),
                ("is_sellable", models.BooleanField(default=False)),
                ("is_negative_allowed", models.BooleanField(default=False)),
                ("is_active", models.BooleanField(default=True)),
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
                    "parent",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="inventory.location",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=64)),
                ("expires_on", models.DateField(null=True)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="lots", to="catalog.variant"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "variant", "code"), name="lot_once")],
            },
        ),
        migrations.CreateModel(
            name="AdjustmentLine",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("quantity", models.BigIntegerField()),
                ("value_minor", models.BigIntegerField(default=0)),
                (
                    "adjustment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="inventory.adjustment"
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
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="catalog.variant",
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
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("quantity", 0), _negated=True), name="adjustment_line_not_nil"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StockMove",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("quantity", models.BigIntegerField()),
                (
                    "from_status",
                    models.CharField(
                        choices=[
                            ("available", "available"),
                            ("quarantine", "quarantine"),
                            ("damaged", "damaged"),
                            ("expired", "expired"),
                            ("recalled", "recalled"),
                            ("on_hold", "on hold"),
                        ],
                        default="available",
                        max_length=12,
                    ),
                ),
                (
                    "to_status",
                    models.CharField(
                        choices=[
                            ("available", "available"),
                            ("quarantine", "quarantine"),
                            ("damaged", "damaged"),
                            ("expired", "expired"),
                            ("recalled", "recalled"),
                            ("on_hold", "on hold"),
                        ],
                        default="available",
                        max_length=12,
                    ),
                ),
                ("owner", models.CharField(blank=True, default="", max_length=32)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("receipt", "receipt"),
                            ("putaway", "put-away"),
                            ("move", "move"),
                            ("pick", "pick"),
                            ("pack", "pack"),
                            ("ship", "ship"),
                            ("transfer_out", "transfer out"),
                            ("transfer_in", "transfer in"),
                            ("return_in", "return"),
                            ("return_to_vendor", "return to supplier"),
                            ("adjust_in", "adjustment in"),
                            ("adjust_out", "adjustment out"),
                            ("count", "count"),
                            ("scrap", "scrap"),
                            ("assemble_in", "assembled"),
                            ("assemble_out", "used in assembly"),
                        ],
                        max_length=20,
                    ),
                ),
                ("source", models.CharField(max_length=80)),
                ("purpose", models.CharField(max_length=80)),
                ("cost_minor", models.BigIntegerField(default=0)),
                ("occurred_at", models.DateTimeField()),
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
                    "from_location",
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
                    "to_location",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="inventory.location",
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
                "indexes": [models.Index(fields=["company", "variant", "occurred_at"], name="move_by_variant")],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "source", "purpose"), name="move_once"),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="move_positive"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("from_location", models.F("to_location")), _negated=True),
                            models.Q(("from_status", models.F("to_status")), _negated=True),
                            _connector="OR",
                        ),
                        name="move_goes_somewhere",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CostConsumption",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("quantity", models.BigIntegerField()),
                ("value_minor", models.BigIntegerField()),
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
                    "layer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consumptions",
                        to="inventory.costlayer",
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consumptions",
                        to="inventory.stockmove",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="consumption_positive")
                ],
            },
        ),
        migrations.CreateModel(
            name="StockQuant",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("lot_key", models.BigIntegerField(default=0)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("available", "available"),
                            ("quarantine", "quarantine"),
                            ("damaged", "damaged"),
                            ("expired", "expired"),
                            ("recalled", "recalled"),
                            ("on_hold", "on hold"),
                        ],
                        default="available",
                        max_length=12,
                    ),
                ),
                ("owner", models.CharField(blank=True, default="", max_length=32)),
                ("on_hand", models.BigIntegerField(default=0)),
                ("picking", models.BigIntegerField(default=0)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.location"
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
                    "variant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quants",
                        to="catalog.variant",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("variant", "location", "lot_key", "status", "owner"), name="quant_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("picking__gte", 0)), name="quant_picking_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Warehouse",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=120)),
                ("address_lines", models.JSONField(default=list)),
                ("postcode", models.CharField(blank=True, default="", max_length=16)),
                ("country", models.CharField(default="GB", max_length=2)),
                ("latitude_micro", models.IntegerField(null=True)),
                ("longitude_micro", models.IntegerField(null=True)),
                ("priority", models.PositiveSmallIntegerField(default=10)),
                ("is_active", models.BooleanField(default=True)),
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
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="warehouse_once")],
            },
        ),
        migrations.CreateModel(
            name="StockLevel",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("on_hand", models.BigIntegerField(default=0)),
                ("allocated", models.BigIntegerField(default=0)),
                ("incoming", models.BigIntegerField(default=0)),
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
                        related_name="levels",
                        to="catalog.variant",
                    ),
                ),
                (
                    "warehouse",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.warehouse"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["company", "variant"], name="level_by_company")],
                "constraints": [
                    models.UniqueConstraint(fields=("variant", "warehouse"), name="level_once"),
                    models.CheckConstraint(condition=models.Q(("allocated__gte", 0)), name="level_allocated_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("allocated__lte", models.F("on_hand"))), name="level_never_oversold"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="location",
            name="warehouse",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="locations",
                to="inventory.warehouse",
            ),
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("hard", "allocation"), ("soft", "reservation")], default="hard", max_length=8
                    ),
                ),
                ("source", models.CharField(max_length=80)),
                ("demand_id", models.BigIntegerField()),
                ("quantity", models.BigIntegerField()),
                ("open_quantity", models.BigIntegerField()),
                ("posted_quantity", models.BigIntegerField(default=0)),
                ("voided_quantity", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
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
                    models.Index(fields=["demand_id"], name="allocation_by_demand"),
                    models.Index(
                        condition=models.Q(("open_quantity__gt", 0)),
                        fields=["company", "variant", "warehouse"],
                        name="allocation_open",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "quantity",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("open_quantity"), "+", models.F("posted_quantity")
                                    ),
                                    "+",
                                    models.F("voided_quantity"),
                                ),
                            )
                        ),
                        name="allocation_resolved_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("open_quantity__gte", 0), ("posted_quantity__gte", 0), ("voided_quantity__gte", 0)
                        ),
                        name="allocation_positive",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="adjustment",
            name="warehouse",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="inventory.warehouse"
            ),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.UniqueConstraint(fields=("company", "warehouse", "code"), name="location_once"),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.UniqueConstraint(
                condition=models.Q(("warehouse", None)), fields=("company", "code"), name="location_virtual_once"
            ),
        ),
    ]
