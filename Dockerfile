# The image of the web server, the workers and the sweeper in docker-compose.yml.

FROM python:3.13-slim AS environment
WORKDIR /app
# Only what decides the environment, so that changed code does not install it again.
COPY requirements.lock ./
COPY govsim/bootstrap.py govsim/
RUN python3 -I govsim/bootstrap.py

FROM python:3.13-slim
WORKDIR /app
RUN useradd --system --uid 10001 --home-dir /app govsim && install -d -m 0700 -o govsim -g govsim var
COPY --from=environment /app/.venv .venv
COPY . .
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=govsim.settings
USER govsim
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["python3", "manage.py", "help"]
