# status: unknown
{
  virtualisation.arion.projects.web.settings.services.db.service.image = "docker.io/library/postgres:16";
}
