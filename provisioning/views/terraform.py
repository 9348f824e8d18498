"""Downloads of a build's dbt Cloud set-up as Terraform."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from provisioning.access import get_build
from provisioning.terraform_files import terraform_files
from scenarios.views.files import attachment, zip_bytes
from scenarios.views.pages import user_of


@require_safe
def terraform_download(request: HttpRequest, pk: int) -> HttpResponse:
    """All files as a zip archive, or with `path` one of them; the same build gives the same bytes."""
    run = get_build(user_of(request), pk)
    try:
        files = terraform_files(run)
    except LookupError as error:
        raise Http404("this build has no dbt Cloud set-up") from error
    path = request.GET.get("path", "")
    if path:
        if path not in files:
            raise Http404("there is no such file")
        return attachment(files[path].encode(), path, "text/plain; charset=utf-8")
    folder = f"{run.repository_name}-terraform"
    return attachment(zip_bytes(files, folder=folder), f"{folder}.zip", "application/zip")
