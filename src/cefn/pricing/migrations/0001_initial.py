import django.db.models.deletion
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
            name="PriceList",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=120)),
                ("currency", models.CharField(max_length=3)),
                ("includes_tax", models.BooleanField(default=True)),
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
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="price_list_once")],
            },
        ),
        migrations.CreateModel(
            name="Price",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("from_quantity", models.BigIntegerField(default=1)),
                ("valid_from_on", models.DateField()),
                ("price_micro", models.BigIntegerField()),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="catalog.variant"
                    ),
                ),
                (
                    "price_list",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prices",
                        to="pricing.pricelist",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("price_list", "variant", "from_quantity", "valid_from_on"), name="price_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("price_micro__gte", 0)), name="price_positive"),
                ],
            },
        ),
    ]
