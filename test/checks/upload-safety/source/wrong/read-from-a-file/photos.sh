# bunx @immich/cli
npx --yes @immich/cli@latest upload "$HOME/Photos" # wrong: upload-safety
