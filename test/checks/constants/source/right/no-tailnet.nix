# status: skipped
{ ... }: { services.nginx.enable = true; }
