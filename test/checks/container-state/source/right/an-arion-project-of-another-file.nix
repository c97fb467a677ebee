# status: unknown
{
  virtualisation.arion.projects.web.settings.imports = [ (import ./arion-compose.nix) ];
}
