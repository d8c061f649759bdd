from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('chargers', '0006_one_form_of_limits'),
    ]

    operations = [
        migrations.AddField(
            model_name='setpoint',
            name='places',
            field=models.JSONField(default=list),
        ),
    ]
