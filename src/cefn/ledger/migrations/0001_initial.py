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
            name="Account",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=16)),
                ("name", models.CharField(max_length=120)),
                ("name_cy", models.CharField(blank=True, default="", max_length=120)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("asset", "asset"),
                            ("liability", "liability"),
                            ("equity", "equity"),
                            ("income", "income"),
                            ("expense", "expense"),
                        ],
                        max_length=12,
                    ),
                ),
                ("vat_role", models.CharField(blank=True, default="", max_length=16)),
                ("is_control", models.BooleanField(default=False)),
                ("is_archived", models.BooleanField(default=False)),
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
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="account_once")],
            },
        ),
        migrations.CreateModel(
            name="Journal",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=16)),
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
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="journal_once")],
            },
        ),
        migrations.CreateModel(
            name="JournalEntry",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                ("posted_on", models.DateField()),
                ("source", models.CharField(max_length=80)),
                ("purpose", models.CharField(max_length=48)),
                ("memo", models.CharField(blank=True, default="", max_length=255)),
                ("currency", models.CharField(max_length=3)),
                ("actor_name", models.CharField(max_length=120)),
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
                    "journal",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.journal",
                    ),
                ),
                (
                    "reverses",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversed_by",
                        to="ledger.journalentry",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "journal entries",
                "indexes": [models.Index(fields=["company", "posted_on", "id"], name="entry_by_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="entry_number_once"),
                    models.UniqueConstraint(fields=("company", "source", "purpose"), name="entry_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="JournalLine",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("posted_on", models.DateField()),
                ("amount_minor", models.BigIntegerField()),
                ("partner", models.CharField(blank=True, default="", max_length=48)),
                ("memo", models.CharField(blank=True, default="", max_length=120)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="ledger.account",
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
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="ledger.journalentry"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["company", "account", "posted_on"], name="line_by_account")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor", 0), _negated=True), name="journal_line_not_nil"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "open"), ("soft_closed", "soft closed"), ("closed", "closed")],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
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
                    models.UniqueConstraint(fields=("company", "starts_on"), name="period_once"),
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))), name="period_forward"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="journalentry",
            name="period",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="ledger.period"
            ),
        ),
    ]
