package dev.headwater.jobs.coldstart;

import dev.headwater.idp.text.TextEncoder;
import dev.headwater.jobs.DomainModel;
import java.util.HashMap;
import java.util.Map;

/**
 * The text encoders of a subtask, one an id however many bundles were made with it. They stay open
 * to the end: a text that waits may still belong to the bundle before, and weights change far more
 * rarely than bundles do. Thread-safe.
 */
final class OpenEncoders implements AutoCloseable {
  private final TextEncoders opener;
  private final Map<String, TextEncoder> byId = new HashMap<>();

  OpenEncoders(TextEncoders opener) {
    this.opener = opener;
  }

  /**
   * Returns the encoder of a bundle.
   *
   * @throws IllegalArgumentException if what the bundle brings is not what its texts were made with
   */
  synchronized TextEncoder get(DomainModel model, MatchingModel matching) throws Exception {
    TextEncoder known = byId.get(matching.textEncoderId());
    TextEncoder encoder = known == null ? opener.open(model) : known;
    if (matching.textDim() != encoder.dim() || !matching.textEncoderId().equals(encoder.id())) {
      if (known == null) {
        encoder.close();
      }
      throw new IllegalArgumentException(
          "bundle %s was made with text encoder %s (%d values), not %s (%d values)"
              .formatted(
                  model.bundleId(),
                  matching.textEncoderId(),
                  matching.textDim(),
                  encoder.id(),
                  encoder.dim()));
    }
    byId.put(encoder.id(), encoder);
    return encoder;
  }

  @Override
  public synchronized void close() {
    byId.values().forEach(TextEncoder::close);
    byId.clear();
  }
}
