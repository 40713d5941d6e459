#!/usr/bin/env sh
# Makes the secrets of a grown installation, each in a file of its own: sh deploy/secrets.sh [folder]
# What is there already stays as it is, so that it may be run again.
set -eu
folder="${1:-secrets}"
mkdir -p "$folder"
# Nobody else on this machine gets into the folder. Its files may be read by all, for in the containers they belong to another user.
chmod 700 "$folder"

# keep <name> <value>
keep() {
  [ -s "$folder/$1" ] && return
  printf '%s' "$2" >"$folder/$1"
  chmod 444 "$folder/$1"
}
made() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

for name in admin-password api-token credential-secret mongodb-password redis-password; do keep "$name" "$(made)"; done
# Another MongoDB or Redis, a provider's for instance: write its address into these two.
keep mongodb-url "mongodb://dragoman:$(cat "$folder/mongodb-password")@mongodb:27017/dragoman?authSource=admin"
keep redis-url "redis://:$(cat "$folder/redis-password")@redis:6379"
echo "In $folder: $(ls "$folder" | tr '\n' ' ')"
