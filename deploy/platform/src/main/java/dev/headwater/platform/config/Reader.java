package dev.headwater.platform.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;

/** Reads the values of one part, in the types that the parts' records want. */
record Reader(Config config) {
  String text(String key) {
    return config.getString(key);
  }

  int integer(String key) {
    return config.getInt(key);
  }

  boolean flag(String key) {
    return config.getBoolean(key);
  }

  double number(String key) {
    return config.getDouble(key);
  }

  Duration duration(String key) {
    return config.getDuration(key);
  }

  int millis(String key) {
    long millis = duration(key).toMillis();
    return inIntRange(key, millis);
  }

  int bytes(String key) {
    return inIntRange(key, longBytes(key));
  }

  long longBytes(String key) {
    return config.getBytes(key);
  }

  private int inIntRange(String key, long value) {
    if (value > Integer.MAX_VALUE || value < 0) {
      throw new ConfigException.BadValue(config.origin(), key, value + " is out of range");
    }
    return (int) value;
  }
}
