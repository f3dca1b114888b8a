from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "govsim.exchange"
    label = "exchange"
    verbose_name = "数据共享 / Data exchange"
