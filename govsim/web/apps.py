from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "govsim.web"
    label = "web"
    verbose_name = "界面与接口外壳 / Shell of pages and API"
