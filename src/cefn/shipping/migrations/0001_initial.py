import django.db.models.deletion
from django.db import migrations, models

import cefn.kernel.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("inventory", "0001_initial"),
        ("platform", "0001_initial"),
        ("warehouse", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CarrierAccount",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=120)),
                ("adapter", models.CharField(max_length=32)),
                ("settings_sealed", models.TextField()),
                ("is_active", models.BooleanField(default=True)),
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
                "constraints": [models.UniqueConstraint(fields=("company", "code"), name="carrier_account_once")],
            },
        ),
        migrations.CreateModel(
            name="CarrierService",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=120)),
                ("weight_most_g", models.PositiveIntegerField(null=True)),
                ("priority", models.PositiveSmallIntegerField(default=10)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="shipping.carrieraccount",
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
                "constraints": [models.UniqueConstraint(fields=("account", "code"), name="carrier_service_once")],
            },
        ),
        migrations.CreateModel(
            name="Manifest",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("number", models.CharField(max_length=32)),
                ("day_on", models.DateField()),
                (
                    "status",
                    models.CharField(
                        choices=[("requested", "requested"), ("closed", "closed"), ("failed", "refused")],
                        default="requested",
                        max_length=12,
                    ),
                ),
                ("label_count", models.PositiveIntegerField(default=0)),
                ("carrier_reference", models.CharField(blank=True, default="", max_length=64)),
                ("reason", models.CharField(blank=True, default="", max_length=255)),
                ("requested_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="manifests",
                        to="shipping.carrieraccount",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.storedfile",
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
                "indexes": [models.Index(fields=["company", "-day_on"], name="manifest_by_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "number"), name="manifest_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "requested")),
                        fields=("account", "warehouse"),
                        name="manifest_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at__isnull", False), models.Q(("status", "closed"), _negated=True), _connector="OR"
                        ),
                        name="manifest_closed_has_moment",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Label",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("service_code", models.CharField(max_length=40)),
                ("purchase_key", models.CharField(max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("requested", "requested"),
                            ("bought", "bought"),
                            ("failed", "refused"),
                            ("voided", "given back"),
                        ],
                        default="requested",
                        max_length=12,
                    ),
                ),
                ("format", models.CharField(choices=[("pdf", "PDF"), ("zpl", "ZPL")], default="pdf", max_length=4)),
                ("tracking_number", models.CharField(blank=True, default="", max_length=64)),
                ("carrier_reference", models.CharField(blank=True, default="", max_length=64)),
                ("cost_minor", models.BigIntegerField(default=0)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("reason", models.CharField(blank=True, default="", max_length=255)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("requested_by", models.CharField(max_length=120)),
                ("requested_at", models.DateTimeField()),
                ("called_at", models.DateTimeField(null=True)),
                ("bought_at", models.DateTimeField(null=True)),
                ("voided_at", models.DateTimeField(null=True)),
                (
                    "tracking_code",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("announced", "announced"),
                            ("collected", "collected"),
                            ("in_transit", "on its way"),
                            ("out_for_delivery", "out for delivery"),
                            ("delivered", "delivered"),
                            ("exception", "held up"),
                            ("returned", "coming back"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("tracked_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labels",
                        to="shipping.carrieraccount",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="platform.storedfile",
                    ),
                ),
                (
                    "package",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labels",
                        to="warehouse.package",
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="labels", to="warehouse.shipment"
                    ),
                ),
                (
                    "manifest",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labels",
                        to="shipping.manifest",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "requested")),
                        fields=["company", "requested_at"],
                        name="label_open",
                    ),
                    models.Index(
                        condition=models.Q(("manifest__isnull", True), ("status", "bought")),
                        fields=["company", "account"],
                        name="label_to_manifest",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("status", "bought"),
                            models.Q(("tracking_code__in", ["delivered", "returned"]), _negated=True),
                        ),
                        fields=["company", "account", "id"],
                        name="label_on_its_way",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("company", "purchase_key"), name="label_bought_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("tracking_number", ""), _negated=True),
                        fields=("company", "account", "tracking_number"),
                        name="label_tracking_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("package__isnull", False), ("status__in", ["requested", "bought"])),
                        fields=("package",),
                        name="label_one_for_package",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("package__isnull", True), ("status__in", ["requested", "bought"])),
                        fields=("shipment",),
                        name="label_one_for_shipment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["requested", "failed"]),
                            models.Q(
                                models.Q(("tracking_number", ""), _negated=True),
                                ("bought_at__isnull", False),
                                ("cost_minor__gte", 0),
                                models.Q(("currency", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="label_bought_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackingEvent",
            fields=[
                ("id", cefn.kernel.fields.IdField(serialize=False)),
                ("carrier_event_id", models.CharField(max_length=80)),
                (
                    "code",
                    models.CharField(
                        choices=[
                            ("announced", "announced"),
                            ("collected", "collected"),
                            ("in_transit", "on its way"),
                            ("out_for_delivery", "out for delivery"),
                            ("delivered", "delivered"),
                            ("exception", "held up"),
                            ("returned", "coming back"),
                        ],
                        max_length=20,
                    ),
                ),
                ("description", models.CharField(blank=True, default="", max_length=255)),
                ("place", models.CharField(blank=True, default="", max_length=120)),
                ("happened_at", models.DateTimeField()),
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
                    "label",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tracking_events",
                        to="shipping.label",
                    ),
                ),
            ],
            options={
                "ordering": [models.F("happened_at"), models.F("id")],
                "constraints": [
                    models.UniqueConstraint(fields=("label", "carrier_event_id"), name="tracking_event_once")
                ],
            },
        ),
    ]
