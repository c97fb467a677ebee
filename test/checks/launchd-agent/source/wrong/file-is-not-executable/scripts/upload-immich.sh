#!/bin/sh
# not executable
exec hsdoctor immich upload /Users/kim/Photos
