# status: unknown
{
  systemd.services.db.script = "podman run --rm -e POSTGRES_PASSWORD=hunter2 docker.io/library/postgres:16";
}
