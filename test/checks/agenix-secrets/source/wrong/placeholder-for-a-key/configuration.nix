{
  age.secrets.db.file = ./secrets/db.age;
  age.secrets.api.file = ./secrets/api.age;
}
