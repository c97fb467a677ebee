#!/bin/sh
export IMMICH_INSTANCE_URL="http://100.101.102.103:2283" # wrong: immich-reachable
exec hsdoctor immich upload /Users/kim/Photos
