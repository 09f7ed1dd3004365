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
            name="ImportRun",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                ("kind", models.CharField(max_length=24)),
                ("format", models.CharField(blank=True, default="", max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "uploaded"),
                            ("previewed", "previewed"),
                            ("running", "running"),
                            ("done", "done"),
                            ("refused", "refused"),
                            ("failed", "failed"),
                            ("undone", "undone"),
                        ],
                        default="uploaded",
                        max_length=12,
                    ),
                ),
                ("options", models.JSONField(default=dict)),
                ("sniff", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("fault", models.JSONField(null=True)),
                ("is_partial_allowed", models.BooleanField(default=False)),
                ("job_id", models.BigIntegerField(null=True)),
                ("created_by_name", models.CharField(blank=True, default="", max_length=120)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by_name", models.CharField(blank=True, default="", max_length=120)),
                (
                    "companion",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.storedfile",
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
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.storedfile",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["company", "-created_at", "-id"], name="import_by_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="import_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["uploaded", "previewed", "running", "done", "refused", "failed", "undone"])
                        ),
                        name="import_state_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("line", models.IntegerField()),
                ("key", models.CharField(max_length=255)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("changed", "changed"),
                            ("same", "same"),
                            ("refused", "refused"),
                            ("skipped", "left out"),
                        ],
                        max_length=12,
                    ),
                ),
                ("faults", models.JSONField(default=list)),
                ("diff", models.JSONField(default=dict)),
                ("lines", models.JSONField(default=list)),
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
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="channels.importrun",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["run", "action", "line"], name="import_row_by_action")],
            },
        ),
        migrations.CreateModel(
            name="ImportedDocument",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("kind", models.CharField(max_length=16)),
                ("document_id", models.BigIntegerField()),
                ("number", models.CharField(max_length=64)),
                ("key", models.CharField(blank=True, default="", max_length=255)),
                ("content", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("is_undone", models.BooleanField(default=False)),
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
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="documents", to="channels.importrun"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=["company", "kind", "key"],
                        name="imported_by_key",
                    ),
                    models.Index(fields=["company", "kind", "document_id"], name="imported_by_document"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("run", "kind", "document_id"), name="imported_once_a_run")
                ],
            },
        ),
        migrations.CreateModel(
            name="MappingProfile",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("kind", models.CharField(max_length=24)),
                ("name", models.CharField(max_length=80)),
                ("format", models.CharField(max_length=32)),
                ("mapping", models.JSONField(default=dict)),
                ("options", models.JSONField(default=dict)),
                ("created_by_name", models.CharField(blank=True, default="", max_length=120)),
                ("changed_at", models.DateTimeField()),
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
                "constraints": [models.UniqueConstraint(fields=("company", "kind", "name"), name="mapping_name_once")],
            },
        ),
    ]
