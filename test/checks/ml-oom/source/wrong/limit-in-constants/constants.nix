rec {
  memory = gigabytes: "${toString gigabytes}g";
  ml.memory = memory 4;
}
