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
            name="TaxCategory",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=24)),
                ("name", models.CharField(max_length=80)),
                ("name_cy", models.CharField(blank=True, default="", max_length=80)),
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
                "verbose_name_plural": "tax categories",
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="tax_category_once")],
            },
        ),
        migrations.CreateModel(
            name="TaxRate",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("country", models.CharField(default="GB", max_length=2)),
                ("rate_ppm", models.IntegerField()),
                ("valid_from_on", models.DateField()),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rates", to="tax.taxcategory"
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("category", "country", "valid_from_on"), name="tax_rate_once"),
                    models.CheckConstraint(
                        condition=models.Q(("rate_ppm__gte", 0), ("rate_ppm__lte", 1000000)), name="tax_rate_range"
                    ),
                ],
            },
        ),
    ]
