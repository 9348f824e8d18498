"""Move a demo: export it to a file, import it from one."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from scenarios import access
from scenarios.exporting.archive import MOST_BYTES, PackageRefused
from scenarios.exporting.moving import export_demo, import_demo, is_exportable
from scenarios.views.files import attachment
from scenarios.views.pages import show, user_of

_TOO_LARGE = f"Choose a file that “Export” has made. None is larger than {MOST_BYTES // 1_000_000} MB."


class ImportForm(forms.Form):
    """The file of a demo. What is in it is checked by whoever reads it."""

    package = forms.FileField(
        label="File of a demo",
        max_length=200,
        help_text="Its name ends in .demoforge.zip. It is checked before anything is kept.",
        widget=forms.FileInput(attrs={"class": "input h-auto py-2", "accept": ".zip"}),
        error_messages={"required": _TOO_LARGE, "empty": "The file is empty.", "missing": _TOO_LARGE},
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    @property
    def content(self) -> bytes:
        """The bytes of a valid form's file; it is in memory and never on a disk."""
        upload = self.cleaned_data["package"]
        if not isinstance(upload, UploadedFile):
            raise TypeError("the form has no file")
        return bytes(upload.read(MOST_BYTES + 1))


@never_cache
@require_http_methods(["GET", "POST"])
def demo_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what is in the file of a demo; pressing the button downloads it. Only the owner adds the notes."""
    user = user_of(request)
    demo = access.get_demo(user, pk)
    access.require_may_export(user, demo)
    is_owner = demo.owner_id == user.pk
    if request.method == "POST":
        confidential = "confidential" in request.POST
        if confidential and not is_owner:
            raise PermissionDenied("Only the owner of a demo may take its notes along.")
        exported = export_demo(demo, confidential=confidential, by=user)
        return attachment(exported.content, exported.name, "application/zip")
    context: dict[str, Any] = {"demo": demo, "is_owner": is_owner, "ready": is_exportable(demo.current)}
    return show(request, "demo_export", context)


@require_http_methods(["GET", "POST"])
def demo_import(request: HttpRequest) -> HttpResponse:
    """Choose the file of a demo; it becomes a demo of one's own, whose plan is proven here."""
    user = user_of(request)
    if not access.may_create(user):
        raise PermissionDenied("Your role may look at demos, but not create them.")
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            demo = import_demo(form.content, token=form.cleaned_data["token"], by=user)
        except PackageRefused as error:
            form.add_error("package", f"{error.sentence} {error.hint}")
        else:
            messages.success(request, "The demo is imported. Its project is being built and tested here.")
            return redirect("demo_detail", demo.pk)
    return show(request, "demo_import", {"form": form}, status=422 if form.errors else 200)
