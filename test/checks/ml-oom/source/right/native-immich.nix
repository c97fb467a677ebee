# status: skipped
{ ... }: {
  services.immich = { enable = true; machine-learning.enable = true; };
}
