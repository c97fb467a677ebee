exec hsdoctor immich upload /Users/kim/Photos
