package dev.headwater.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValue;
import java.time.Duration;
import java.util.regex.Pattern;

/** What kind of value a key takes, as its default in the reference shows. */
enum Kind {
  /** Bound as ISO 8601. */
  DURATION("a duration such as \"10 s\"") {
    @Override
    Object read(Config config, String key) {
      Duration duration = config.getDuration(key);
      if (duration.isNegative()) {
        throw new ConfigException.BadValue(key, "negative");
      }
      return duration.toString();
    }
  },
  /** Bound as a number of bytes. */
  SIZE("a size such as \"64 KiB\"") {
    @Override
    Object read(Config config, String key) {
      return config.getBytes(key);
    }
  },
  WHOLE("a whole number") {
    @Override
    Object read(Config config, String key) {
      double number = config.getDouble(key);
      if (number != Math.rint(number) || Math.abs(number) >= MORE_THAN_LONG) {
        throw new ConfigException.BadValue(key, "a fraction, or more than 64 bits");
      }
      return config.getLong(key);
    }
  },
  NUMBER("a number") {
    @Override
    Object read(Config config, String key) {
      double number = config.getDouble(key);
      if (!Double.isFinite(number)) {
        throw new ConfigException.BadValue(key, "not finite");
      }
      return number;
    }
  },
  FLAG("true or false") {
    @Override
    Object read(Config config, String key) {
      return config.getBoolean(key);
    }
  },
  TEXT("a text") {
    @Override
    Object read(Config config, String key) {
      return config.getString(key);
    }
  },
  LIST("a list") {
    @Override
    Object read(Config config, String key) {
      return config.getList(key).unwrapped();
    }
  },
  SECTION("a section") {
    @Override
    Object read(Config config, String key) {
      return config.getObject(key).unwrapped();
    }
  };

  private static final double MORE_THAN_LONG = 0x1p63;
  private static final Pattern IS_DURATION =
      Pattern.compile("\\d+ (ms|s|seconds?|minutes?|hours?|days?)");
  private static final Pattern IS_SIZE = Pattern.compile("\\d+ (B|KiB|MiB|GiB)");

  private final String description;

  Kind(String description) {
    this.description = description;
  }

  static Kind of(ConfigValue example) {
    return switch (example.valueType()) {
      case OBJECT -> SECTION;
      case LIST -> LIST;
      case BOOLEAN -> FLAG;
      // As it is written: the parser takes 1.0 for a whole number.
      case NUMBER -> example.atKey("n").getString("n").matches("-?[0-9]+") ? WHOLE : NUMBER;
      case STRING, NULL -> ofText(String.valueOf(example.unwrapped()));
    };
  }

  private static Kind ofText(String text) {
    return IS_DURATION.matcher(text).matches()
        ? DURATION
        : IS_SIZE.matcher(text).matches() ? SIZE : TEXT;
  }

  /** What a person should have written. */
  String description() {
    return description;
  }

  /**
   * Returns a value as it is bound.
   *
   * @throws ConfigException when it is of another kind
   */
  abstract Object read(Config config, String key);
}
