from django.apps import AppConfig


class GovsimConfig(AppConfig):
    name = "govsim"
    verbose_name = "govsim"

    def ready(self) -> None:
        try:
            from govsim import journey
        except ImportError:  # provisional: a room is still being written
            return
        journey.listen()
