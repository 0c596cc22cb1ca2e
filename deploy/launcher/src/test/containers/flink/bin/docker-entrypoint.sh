#!/usr/bin/env bash
# jobmanager | taskmanager | a command. FLINK_PROPERTIES, one `key: value` a line, win over conf/config.yaml; as in Flink's own image
# blanks are taken out of them.
set -euo pipefail
conf="$FLINK_HOME/conf/config.yaml"
while IFS= read -r line; do
  line=$(tr -d '[:space:]' <<<"$line")
  [ -n "$line" ] || continue
  IFS=: read -r key value <<<"$line"
  sed -i "/^${key//./\\.}:/d" "$conf"
  printf '%s: %s\n' "$key" "$value" >>"$conf"
done <<<"${FLINK_PROPERTIES:-}"
case "${1:-help}" in
  help) echo "jobmanager | taskmanager | a command" ;;
  jobmanager | taskmanager) exec "$FLINK_HOME/bin/$1.sh" ;;
  *) exec "$@" ;;
esac
