from django.apps import AppConfig


class GovsimConfig(AppConfig):
    name = "govsim"
    verbose_name = "govsim"

    def ready(self) -> None:
        from govsim import journey  # here, when every room's models are there

        journey.listen()
