{
  age.secrets.db.file = ./secrets/db.age;
  age.identityPaths = [ "/etc/ssh/ssh_host_ed25519_key" ]; # wrong: agenix-secrets
  environment.persistence."/persist".files = [ { file = "/etc/ssh/ssh_host_ed25519_key"; } ];
}
