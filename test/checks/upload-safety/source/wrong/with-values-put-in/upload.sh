npx @immich/cli@2.5.6 upload @folder@ \
  --delete # wrong: upload-safety
