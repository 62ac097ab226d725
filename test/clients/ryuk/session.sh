#!/bin/sh
# One connection of a client: its lines are filters.
touch /tmp/sessions/$$
while read -r line; do
  echo "${line%$(printf '\r')}" >>/tmp/filters
  echo ACK
done
rm /tmp/sessions/$$
