"""A real OpenID Connect provider on loopback: django-oauth-toolkit with a login form, a database and a key of its own.

Started as a process: `provider.py PORT CALLBACK FOLDER`. People are in `PEOPLE`; each has her first name as password.
"""

import os
import sys
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

PEOPLE = ("anna", "bram", "carla", "dora")
# Carla is of a group; nobody has checked that dora's address is hers.
GROUP, MEMBER, UNVERIFIED = "Werk en inkomen", "carla", "dora"
CLIENT, SECRET = "praktijkbaken", "a-secret-that-the-provider-gave-out"
FORM = """<!DOCTYPE html><html lang="nl"><title>Organisatie</title><h1>Organisatie</h1>
<form method="post">{% csrf_token %}{{ form }}<button>Aanmelden</button></form></html>"""


def configure(folder: Path, port: int) -> None:
    import django
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
    from django.conf import settings

    key = rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "registration").mkdir(parents=True, exist_ok=True)
    (folder / "registration" / "login.html").write_text(FORM, "utf-8")
    apps = ["auth", "contenttypes", "sessions", "messages"]
    settings.configure(
        SECRET_KEY="only in tests " * 4,
        ALLOWED_HOSTS=["*"],
        INSTALLED_APPS=[*(f"django.contrib.{app}" for app in apps), "oauth2_provider"],
        MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "provider.db"}},
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [folder], "APP_DIRS": True}],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        # a browser keeps cookies by host and not by port: the app is on localhost too
        SESSION_COOKIE_NAME="provider",
        ROOT_URLCONF=__name__,
        LOGIN_URL="/accounts/login/",
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": key.decode(),
            "OIDC_ISS_ENDPOINT": f"http://localhost:{port}/o",
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
            "OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT": False,
            "OAUTH2_VALIDATOR_CLASS": f"{__name__}.Claims",
            "ALLOWED_REDIRECT_URI_SCHEMES": ["http", "https"],
            "SCOPES": {"openid": "wie u bent", "email": "uw e-mailadres", "profile": "uw naam"},
        },
    )
    django.setup()


def fill(callback: str) -> None:
    from django.contrib.auth.models import Group, User
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    for name in PEOPLE:
        User.objects.create_user(name, f"{name}@organisatie.nl", name)
    User.objects.get(username=MEMBER).groups.add(Group.objects.create(name=GROUP))
    Application.objects.create(
        client_id=CLIENT,
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=callback,
        post_logout_redirect_uris=callback,
        algorithm=Application.RS256_ALGORITHM,
        skip_authorization=True,
    )


if __name__ == "__main__":
    port, callback, folder = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # http, on loopback alone
    configure(folder, port)
    from django.contrib.auth.models import User
    from django.contrib.auth.views import LoginView
    from django.core.wsgi import get_wsgi_application
    from django.urls import include, path
    from oauth2_provider.oauth2_validators import OAuth2Validator

    class Claims(OAuth2Validator):
        oidc_claim_scope = {**OAuth2Validator.oidc_claim_scope, "groups": "profile"}  # noqa: RUF012  # so it is there

        def get_additional_claims(self, request: object) -> dict[str, object]:
            user: User = request.user  # type: ignore[attr-defined]
            is_verified = user.username != UNVERIFIED
            groups = [group.name for group in user.groups.all()]
            return {"email": user.email, "email_verified": is_verified, "name": user.username, "groups": groups}

    urlpatterns = [path("o/", include("oauth2_provider.urls")), path("accounts/login/", LoginView.as_view())]
    fill(callback)

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    class Threads(ThreadingMixIn, WSGIServer):
        daemon_threads = True  # a browser opens connections that it says nothing on

    with make_server("localhost", port, get_wsgi_application(), Threads, Quiet) as server:
        server.serve_forever()
