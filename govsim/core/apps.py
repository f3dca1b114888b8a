from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "govsim.core"
    label = "core"
    verbose_name = "基础 / Floor"
