import django.db.models.deletion
from django.db import migrations, models

import cefn.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("platform", "0001_initial"),
        ("tax", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=12)),
                ("name", models.CharField(max_length=40)),
                ("name_cy", models.CharField(blank=True, default="", max_length=40)),
                ("decimals", models.PositiveSmallIntegerField(default=0)),
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
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="unit_once")],
            },
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=255)),
                ("name_cy", models.CharField(blank=True, default="", max_length=255)),
                ("description", models.TextField(blank=True, default="")),
                (
                    "kind",
                    models.CharField(
                        choices=[("goods", "goods"), ("service", "service"), ("kit", "kit")],
                        default="goods",
                        max_length=12,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "active"), ("archived", "archived")], default="active", max_length=12
                    ),
                ),
                ("category", models.CharField(blank=True, default="", max_length=120)),
                ("brand", models.CharField(blank=True, default="", max_length=120)),
                ("created_at", models.DateTimeField()),
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
                    "tax_category",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="tax.taxcategory"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to="catalog.unit"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "number"), name="product_number_once")],
            },
        ),
        migrations.CreateModel(
            name="Variant",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("sku", models.CharField(max_length=64)),
                ("sku_key", models.CharField(max_length=64)),
                ("name", models.CharField(blank=True, default="", max_length=255)),
                ("options", models.JSONField(default=dict)),
                ("is_stocked", models.BooleanField(default=True)),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "active"), ("archived", "archived")], default="active", max_length=12
                    ),
                ),
                ("price_micro", models.BigIntegerField(default=0)),
                ("cost_micro", models.BigIntegerField(default=0)),
                ("quantity_decimals", models.PositiveSmallIntegerField(default=0)),
                (
                    "tracking",
                    models.CharField(
                        choices=[("none", "not tracked"), ("lot", "by lot"), ("serial", "by serial number")],
                        default="none",
                        max_length=8,
                    ),
                ),
                ("weight_g", models.PositiveIntegerField(default=0)),
                ("length_mm", models.PositiveIntegerField(default=0)),
                ("width_mm", models.PositiveIntegerField(default=0)),
                ("height_mm", models.PositiveIntegerField(default=0)),
                ("hs_code", models.CharField(blank=True, default="", max_length=12)),
                ("origin_country", models.CharField(blank=True, default="", max_length=2)),
                ("low_stock_at", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
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
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="variants", to="catalog.product"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "sku_key"), name="variant_sku_once"),
                    models.CheckConstraint(condition=models.Q(("price_micro__gte", 0)), name="variant_price_positive"),
                    models.CheckConstraint(condition=models.Q(("cost_micro__gte", 0)), name="variant_cost_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Barcode",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=48)),
                ("kind", models.CharField(default="gtin", max_length=12)),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="barcodes", to="catalog.variant"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="barcode_once")],
            },
        ),
    ]
