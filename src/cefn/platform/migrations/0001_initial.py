import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cefn.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("language", models.CharField(default="en", max_length=8)),
                ("theme", models.CharField(default="auto", max_length=8)),
                ("is_active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Company",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=32, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("legal_name", models.CharField(blank=True, default="", max_length=200)),
                ("currency", models.CharField(default="GBP", max_length=3)),
                ("country", models.CharField(default="GB", max_length=2)),
                ("timezone", models.CharField(default="Europe/London", max_length=64)),
                ("language", models.CharField(default="en", max_length=8)),
                ("vat_number", models.CharField(blank=True, default="", max_length=20)),
                ("company_number", models.CharField(blank=True, default="", max_length=20)),
                ("address_lines", models.JSONField(default=list)),
                ("postcode", models.CharField(blank=True, default="", max_length=16)),
                ("email", models.EmailField(blank=True, default="", max_length=254)),
                ("phone", models.CharField(blank=True, default="", max_length=32)),
                ("prices_include_tax", models.BooleanField(default=True)),
                (
                    "tax_rounding",
                    models.CharField(
                        choices=[("line", "per line"), ("document", "per rate and document")],
                        default="line",
                        max_length=16,
                    ),
                ),
                (
                    "costing_method",
                    models.CharField(
                        choices=[("fifo", "first in, first out"), ("average", "moving average")],
                        default="fifo",
                        max_length=16,
                    ),
                ),
                ("gs1_prefix", models.CharField(blank=True, default="", max_length=12)),
                ("is_demo", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "companies",
            },
        ),
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("chain_number", models.BigIntegerField(default=0)),
                ("chain_hash", models.CharField(default="", max_length=64)),
                (
                    "company",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="platform.company"
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("subject", models.CharField(max_length=80)),
                ("verb", models.CharField(max_length=48)),
                ("actor_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(max_length=120)),
                ("via", models.CharField(max_length=12)),
                ("at", models.DateTimeField()),
                ("data", models.JSONField(default=dict)),
                ("person", models.CharField(blank=True, default="", max_length=80)),
                ("personal", models.JSONField(null=True)),
                ("personal_digest", models.CharField(blank=True, default="", max_length=64)),
                ("content_hash", models.CharField(max_length=64)),
                ("chain_number", models.BigIntegerField(null=True)),
                ("chain_hash", models.CharField(blank=True, default="", max_length=64)),
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
                    models.Index(fields=["company", "subject", "id"], name="audit_by_subject"),
                    models.Index(
                        condition=models.Q(("person", ""), _negated=True),
                        fields=["company", "person"],
                        name="audit_by_person",
                    ),
                    models.Index(
                        condition=models.Q(("chain_number", None)), fields=["company", "id"], name="audit_unsealed"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("chain_number__isnull", False)),
                        fields=("company", "chain_number"),
                        name="audit_chain_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("prefix", models.CharField(max_length=16, unique=True)),
                ("token_hash", models.CharField(max_length=64)),
                ("scopes", models.JSONField(default=list)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                "indexes": [models.Index(fields=["company", "user"], name="token_by_user")],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("scope", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=200)),
                ("body_hash", models.CharField(max_length=64)),
                ("result", models.JSONField(null=True)),
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
                    models.UniqueConstraint(fields=("company", "scope", "key"), name="idempotency_key_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="InboxMessage",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("source", models.CharField(max_length=64)),
                ("external_key", models.CharField(max_length=200)),
                ("media_type", models.CharField(default="application/json", max_length=80)),
                ("payload", models.TextField()),
                ("payload_hash", models.CharField(max_length=64)),
                ("received_at", models.DateTimeField()),
                ("repeats", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("handled", "handled"),
                            ("parked", "parked"),
                            ("ignored", "ignored"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                ("reason_code", models.CharField(blank=True, default="", max_length=32)),
                ("reason", models.TextField(blank=True, default="")),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("document", models.CharField(blank=True, default="", max_length=80)),
                ("handled_at", models.DateTimeField(blank=True, null=True)),
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
                "indexes": [models.Index(fields=["company", "state", "id"], name="inbox_by_state")],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "source", "external_key"), name="inbox_once"),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["received", "handled", "parked", "ignored"])),
                        name="inbox_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "parked"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inbox_parked_why",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("kind", models.CharField(max_length=64)),
                ("payload", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "waiting"),
                            ("leased", "running"),
                            ("done", "done"),
                            ("failed", "refused"),
                            ("dead", "given up"),
                            ("cancelled", "cancelled"),
                        ],
                        default="ready",
                        max_length=12,
                    ),
                ),
                ("priority", models.SmallIntegerField(default=0)),
                ("run_at", models.DateTimeField()),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("max_attempts", models.PositiveIntegerField(default=8)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("leased_by", models.CharField(blank=True, default="", max_length=64)),
                ("cancel_requested", models.BooleanField(default=False)),
                ("unique_key", models.CharField(blank=True, default="", max_length=160)),
                ("progress_done", models.BigIntegerField(default=0)),
                ("progress_total", models.BigIntegerField(default=0)),
                ("result", models.JSONField(blank=True, null=True)),
                ("last_error", models.TextField(blank=True, default="")),
                ("created_by_id", models.BigIntegerField(blank=True, null=True)),
                ("created_by_name", models.CharField(blank=True, default="", max_length=120)),
                ("created_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
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
                    models.Index(
                        condition=models.Q(("state", "ready")), fields=["priority", "run_at", "id"], name="job_ready"
                    ),
                    models.Index(condition=models.Q(("state", "leased")), fields=["lease_until"], name="job_leased"),
                    models.Index(fields=["company", "state", "id"], name="job_by_state"),
                    models.Index(fields=["company", "kind", "id"], name="job_by_kind"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("unique_key", ""), _negated=True),
                        fields=("company", "unique_key"),
                        name="job_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ready", "leased", "done", "failed", "dead", "cancelled"])),
                        name="job_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "leased"), _negated=True),
                            models.Q(("lease_until__isnull", False), models.Q(("leased_by", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="job_lease_held",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("owner", "owner"),
                            ("manager", "manager"),
                            ("clerk", "order clerk"),
                            ("warehouse", "warehouse worker"),
                            ("buyer", "buyer"),
                            ("accountant", "accountant"),
                            ("cashier", "cashier"),
                            ("auditor", "auditor"),
                            ("read_only", "read only"),
                        ],
                        max_length=16,
                    ),
                ),
                ("warehouse_codes", models.JSONField(blank=True, default=list)),
                ("channel_codes", models.JSONField(blank=True, default=list)),
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "user"), name="membership_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "owner",
                                    "manager",
                                    "clerk",
                                    "warehouse",
                                    "buyer",
                                    "accountant",
                                    "cashier",
                                    "auditor",
                                    "read_only",
                                ],
                            )
                        ),
                        name="membership_role_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("info", "for information"),
                            ("done", "done"),
                            ("waiting", "waits for someone"),
                            ("urgent", "needs a person now"),
                        ],
                        default="info",
                        max_length=8,
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                ("body", models.TextField(blank=True, default="")),
                ("subject", models.CharField(blank=True, default="", max_length=80)),
                ("link", models.CharField(blank=True, default="", max_length=200)),
                ("unique_key", models.CharField(max_length=160)),
                ("created_at", models.DateTimeField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("read_at", None)),
                        fields=["company", "user", "id"],
                        name="notification_unread",
                    ),
                    models.Index(fields=["company", "user", "-id"], name="notification_by_user"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "user", "unique_key"), name="notification_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=32)),
                ("prefix", models.CharField(max_length=16)),
                ("next_number", models.BigIntegerField(default=1)),
                ("width", models.PositiveSmallIntegerField(default=6)),
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
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="number_series_once")],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("area", models.CharField(max_length=48)),
                ("name", models.CharField(max_length=80)),
                ("query", models.TextField(blank=True, default="")),
                ("position", models.PositiveIntegerField(default=0)),
                ("is_shared", models.BooleanField(default=False)),
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
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("company", "user", "area", "name"), name="saved_view_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Schedule",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=64)),
                ("kind", models.CharField(max_length=64)),
                ("payload", models.JSONField(default=dict)),
                ("every_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("cron", models.CharField(blank=True, default="", max_length=80)),
                ("is_active", models.BooleanField(default=True)),
                ("next_run_at", models.DateTimeField()),
                ("last_run_at", models.DateTimeField(blank=True, null=True)),
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
                    models.Index(condition=models.Q(("is_active", True)), fields=["next_run_at"], name="schedule_due")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "code"), name="schedule_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cron", ""), ("every_seconds__gt", 0)),
                            models.Q(("every_seconds", None), models.Q(("cron", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="schedule_one_rule",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Setting",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=80)),
                ("value", models.JSONField()),
                ("updated_at", models.DateTimeField()),
                ("updated_by_id", models.BigIntegerField(blank=True, null=True)),
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
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="setting_once")],
            },
        ),
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("name", models.CharField(max_length=200)),
                ("media_type", models.CharField(max_length=100)),
                ("size_bytes", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("permission", models.CharField(max_length=48)),
                ("subject", models.CharField(blank=True, default="", max_length=80)),
                ("created_by_id", models.BigIntegerField(blank=True, null=True)),
                ("created_by_name", models.CharField(blank=True, default="", max_length=120)),
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
                    models.Index(fields=["company", "subject"], name="file_by_subject"),
                    models.Index(fields=["sha256"], name="file_by_content"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("size_bytes__gte", 0)), name="file_size_not_negative")
                ],
            },
        ),
    ]
