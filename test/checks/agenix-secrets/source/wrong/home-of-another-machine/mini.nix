{
  age.secrets.token = {
    file = ./token.age;
    owner = "me";
  };
}
