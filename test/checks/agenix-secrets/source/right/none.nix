# status: skipped
{ ... }: { services.immich.enable = true; }
