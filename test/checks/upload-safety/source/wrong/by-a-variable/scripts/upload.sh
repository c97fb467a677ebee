#!/bin/sh
immich upload /Users/kim/Photos
