import django.db.models.deletion
from django.db import migrations, models

import cefn.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("platform", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Customer",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                ("reference", models.CharField(blank=True, default="", max_length=120)),
                ("name", models.CharField(max_length=200)),
                ("email", models.CharField(blank=True, default="", max_length=254)),
                ("phone", models.CharField(blank=True, default="", max_length=40)),
                ("is_business", models.BooleanField(default=False)),
                ("vat_number", models.CharField(blank=True, default="", max_length=20)),
                ("language", models.CharField(default="en", max_length=8)),
                ("note", models.TextField(blank=True, default="")),
                ("is_archived", models.BooleanField(default=False)),
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
            ],
            options={
                "indexes": [
                    models.Index(fields=["company", "name"], name="customer_by_name"),
                    models.Index(fields=["company", "email"], name="customer_by_email"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="customer_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("reference", ""), _negated=True),
                        fields=("company", "reference"),
                        name="customer_reference_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Supplier",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                ("reference", models.CharField(blank=True, default="", max_length=120)),
                ("name", models.CharField(max_length=200)),
                ("email", models.CharField(blank=True, default="", max_length=254)),
                ("phone", models.CharField(blank=True, default="", max_length=40)),
                ("vat_number", models.CharField(blank=True, default="", max_length=20)),
                ("currency", models.CharField(default="GBP", max_length=3)),
                ("lead_time_days", models.PositiveIntegerField(default=14)),
                ("note", models.TextField(blank=True, default="")),
                ("is_archived", models.BooleanField(default=False)),
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="supplier_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("reference", ""), _negated=True),
                        fields=("company", "reference"),
                        name="supplier_reference_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("shipping", "delivery"), ("billing", "billing")], default="shipping", max_length=12
                    ),
                ),
                ("name", models.CharField(blank=True, default="", max_length=200)),
                ("company_name", models.CharField(blank=True, default="", max_length=200)),
                ("line1", models.CharField(blank=True, default="", max_length=200)),
                ("line2", models.CharField(blank=True, default="", max_length=200)),
                ("city", models.CharField(blank=True, default="", max_length=120)),
                ("region", models.CharField(blank=True, default="", max_length=120)),
                ("postcode", models.CharField(blank=True, default="", max_length=24)),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("phone", models.CharField(blank=True, default="", max_length=40)),
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
                        related_name="addresses",
                        to="parties.customer",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="addresses",
                        to="parties.supplier",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "addresses",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("customer__isnull", True), ("supplier__isnull", True), _connector="XOR"),
                        name="address_one_owner",
                    )
                ],
            },
        ),
    ]
