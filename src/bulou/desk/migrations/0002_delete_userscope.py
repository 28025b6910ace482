from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial"), ("accounts", "0002_roles_of_known_users")]

    operations = [migrations.DeleteModel("UserScope")]
