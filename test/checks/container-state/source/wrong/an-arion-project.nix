{
  virtualisation.arion.projects.web.settings.services = {
    db.service = {
      image = "docker.io/library/postgres:16";
      ports = [ "5432:5432" ];
    };
    app.service = {
      image = "docker.io/library/nginx:1.27";
      depends_on = [ "db" "cache" ]; # wrong: container-state
    };
  };
}
