"""Runs BottleCRM with some records; prints its port and a token of its administrator."""

import os
import socketserver
import wsgiref.simple_server

os.environ["DJANGO_SETTINGS_MODULE"] = "bottle_settings"

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

django.setup()
# This release reads the name from its settings, which only hold capitals.
settings.Domain = "localhost"
call_command("migrate", run_syncdb=True, verbosity=0)

from common.models import User
from contacts.models import Contact
from leads import tasks
from leads.models import Lead
from rest_framework_jwt.settings import api_settings

# Mail about new leads is written at once, without a broker, and goes nowhere.
tasks.app.conf.task_always_eager = True

boss = User.objects.create_superuser(username="boss", email="boss@bottle.example", password="x")
boss.role, boss.is_active = "ADMIN", True
boss.save()
for first, last, phone in [
    ("Grace", "Hopper", "+12025550101"),
    ("Alan", "Turing", "+442079460958"),
    ("Edsger", "Dijkstra", "+12025550105"),
]:
    Contact.objects.create(
        first_name=first, last_name=last, phone=phone, email=f"{first}@x.example", created_by=boss
    )
for title, phone, status in [
    ("Barbara", "+12025550102", "in process"),
    ("Donald", "+12025550103", "closed"),
    ("Edsger again", "+12025550105", "assigned"),
]:
    Lead.objects.create(
        title=title, first_name=title, phone=phone, status=status, created_by=boss
    )
token = api_settings.JWT_ENCODE_HANDLER({"id": boss.id})


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    """A server that answers several at the same time."""

    daemon_threads = True


class Handler(wsgiref.simple_server.WSGIRequestHandler):
    """Says nothing of single requests."""

    def log_message(self, *_):
        pass


server = wsgiref.simple_server.make_server(
    "127.0.0.1", 0, get_wsgi_application(), server_class=Server, handler_class=Handler
)
print(server.server_port, token, flush=True)
server.serve_forever()
