#!/bin/sh
bunx @immich/cli upload "$1" && rm -r "$1"
