# What config.sh of the distribution gives: read with `.`.
FLINK_HOME=${FLINK_HOME:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)}
export FLINK_CONF_DIR=${FLINK_CONF_DIR:-$FLINK_HOME/conf} FLINK_PLUGINS_DIR=$FLINK_HOME/plugins FLINK_LIB_DIR=$FLINK_HOME/lib
classpath="$FLINK_HOME/lib/*"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

option() {
  sed -n "s/^${1//./\\.}: *//p" "$FLINK_CONF_DIR/config.yaml" | tail -1
}

# Lines that Flink works out from its configuration: JVM options, then arguments.
resources() {
  "$java" -Xmx256m -cp "$classpath" org.apache.flink.runtime.util.bash.BashJavaUtils "$1" "$FLINK_CONF_DIR" "" --configDir "$FLINK_CONF_DIR" |
    sed -n 's/^BASH_JAVA_UTILS_EXEC_RESULT://p'
}

# start COMMAND MAIN: becomes the process.
start() {
  local lines
  mapfile -t lines < <(resources "$1")
  # shellcheck disable=SC2046,SC2086
  exec "$java" ${lines[0]} $(option env.java.opts.all) $(option "env.java.opts.$3") \
    -Dlog4j.configurationFile="file:$FLINK_CONF_DIR/log4j-console.properties" \
    -cp "$classpath" "$2" --configDir "$FLINK_CONF_DIR" ${lines[1]}
}
