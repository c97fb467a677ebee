# status: skipped
{ services.openssh.enable = true; }
