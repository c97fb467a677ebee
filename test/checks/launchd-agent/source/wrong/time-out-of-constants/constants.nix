rec {
  minute = 60;
  upload.limit = 30 * minute;
}
