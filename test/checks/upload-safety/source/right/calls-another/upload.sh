exec /usr/local/bin/really-upload --delete
