package dev.headwater.configuration;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.time.Duration;

/**
 * Binds a duration to an {@code int} of milliseconds, for records that are read in every request.
 */
public final class Millis extends StdDeserializer<Integer> {
  private static final long serialVersionUID = 1L;

  /** For Jackson, which makes it where a component names it. */
  public Millis() {
    super(int.class);
  }

  @Override
  public Integer deserialize(JsonParser parser, DeserializationContext context) throws IOException {
    long millis = Duration.parse(parser.getText()).toMillis();
    if (millis > Integer.MAX_VALUE) {
      return (Integer)
          context.handleWeirdStringValue(int.class, parser.getText(), "is longer than 24 days");
    }
    return (int) millis;
  }
}
