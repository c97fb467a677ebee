# status: unknown
{
  age.secrets.db.file = ./secrets/db.age;
  environment.etc.db.text = "/run/agenix/db";
  containers.web.config = {
    age.secrets.web.file = ./secrets/db.age;
    environment.etc.web.text = "/run/agenix/web";
  };
  specialisation.test.configuration = {
    age.secrets.test.file = ./secrets/db.age;
    environment.etc.test.text = "/run/agenix/test";
  };
}
