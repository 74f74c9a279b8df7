from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("plans", "0005_stand_in")]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="list_columns",
            field=models.JSONField(
                blank=True, default=dict, editable=False, verbose_name="columns of lists taken over"
            ),
        ),
    ]
