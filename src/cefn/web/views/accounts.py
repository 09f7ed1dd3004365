"""Coming in and out: log-in, log-out, the first run, and one's own page."""

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cefn.flows.setup import company_open
from cefn.inventory.services.places import WarehouseDraft
from cefn.kernel.errors import CefnError
from cefn.platform.actors import system_actor
from cefn.platform.apart import run_apart
from cefn.platform.companies import CompanyDraft
from cefn.platform.models import Company, Role, User
from cefn.platform.users import UserDraft, user_password_set, user_preferences_set, users_create
from cefn.web.access import MEMBER, PUBLIC, ScreenRequest, person_of, screen
from cefn.web.cookies import language_remember, theme_remember
from cefn.web.errors import AlreadySetUp
from cefn.web.forms import LogInForm, PasswordForm, PreferencesForm, WelcomeForm, form_take_faults
from cefn.web.throttle import throttle_check, throttle_count, throttle_forget

FIRST_BINS = tuple(f"A-01-{place:02d}" for place in range(1, 11))
BACKEND = "django.contrib.auth.backends.ModelBackend"


def next_of(request: HttpRequest, default: str = "/") -> str:
    """Return where to go afterwards: the address in `next` if it is our own, else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else default


@screen(PUBLIC)
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponseBase:
    """Show the log-in page, or let a person in."""
    if request.user.is_authenticated:
        return redirect(next_of(request))
    if request.method == "GET" and not User.objects.exists():
        return redirect("web:welcome")
    form = LogInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        throttle_check(request, email)
        user = authenticate(request, username=email.strip().lower(), password=form.cleaned_data["password"])
        if isinstance(user, User):
            throttle_forget(request, email)
            return _enter(request, user)
        throttle_count(request, email)
        form.add_error(None, _("No such e-mail and password. Check both, or ask an owner for a new password."))
        status = 403
    context = {"form": form, "next": next_of(request)}
    return render(request, "web/log_in.html", context, status=status)


def _enter(request: HttpRequest, user: User) -> HttpResponse:
    login(request, user, backend=BACKEND)
    response = redirect(next_of(request))
    language_remember(response, user.language)
    theme_remember(response, user.theme)
    return response


@screen(PUBLIC)
@require_POST
def log_out(request: HttpRequest) -> HttpResponseBase:
    """End the session."""
    logout(request)
    return redirect("web:log_in")


@screen(PUBLIC)
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponseBase:
    """Show the first-run page, or make the company and its owner. Raises AlreadySetUp once there is a person."""
    if User.objects.exists():
        raise AlreadySetUp
    form = WelcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            user = first_run(form.cleaned_data, translation.get_language() or "en")
        except CefnError as error:
            form_take_faults(form, error)
        else:
            return _enter(request, user)
    return render(request, "web/welcome.html", {"form": form})


def first_run(typed: dict[str, str], language: str) -> User:
    """Make a company that can work, with one warehouse, and its owner, in one transaction; return the owner.

    A company that a command has made before anybody could log in is taken as it is.
    """
    draft = CompanyDraft(
        code=slugify(typed["company"])[:32].strip("-") or "shop",
        name=typed["company"],
        legal_name=typed["company"],
        currency=typed["currency"],
        language=language,
    )
    owner = UserDraft(
        email=typed["email"], name=typed["name"], password=typed["password"], role=Role.OWNER, language=language
    )

    def make() -> User:
        waiting = Company.objects.first()
        if waiting is not None:
            return users_create(users=[owner], actor=system_actor(waiting.id, "screen"))[0]
        warehouse = WarehouseDraft(code="MAIN", name=_("Main warehouse"), bins=FIRST_BINS)
        _company, _warehouses, actor = company_open(company=draft, warehouses=[warehouse], via="screen")
        return users_create(users=[owner], actor=actor)[0]

    return run_apart(make)


@screen(MEMBER)
@require_http_methods(["GET", "POST"])
def me(request: ScreenRequest) -> HttpResponseBase:
    """Show one's own page, or save one of its two forms."""
    user = person_of(request)
    wish = {"name": user.name, "language": user.language, "theme": user.theme}
    which = request.POST.get("form")
    preferences = PreferencesForm(request.POST if which == "preferences" else None, initial=wish)
    password = PasswordForm(request.POST if which == "password" else None, user=user)
    if which == "preferences" and preferences.is_valid():
        return _preferences_save(request, preferences)
    if which == "password" and password.is_valid():
        try:
            user_password_set(user_id=user.pk, password=password.cleaned_data["password"], actor=request.actor)
        except CefnError as error:
            form_take_faults(password, error)
        else:
            user.refresh_from_db()
            update_session_auth_hash(request, user)
            messages.success(request, _("Password changed. Other sessions have ended."))
            return redirect("web:me")
    status = 422 if which else 200
    return render(
        request, "web/me.html", {"place": "", "preferences": preferences, "password": password}, status=status
    )


def _preferences_save(request: ScreenRequest, form: PreferencesForm) -> HttpResponse:
    typed = form.cleaned_data
    user_preferences_set(
        user_id=person_of(request).pk,
        name=typed["name"],
        language=typed["language"],
        theme=typed["theme"],
        actor=request.actor,
    )
    with translation.override(typed["language"]):
        messages.success(request, _("Saved."))
    response = redirect("web:me")
    language_remember(response, typed["language"])
    theme_remember(response, typed["theme"])
    return response
