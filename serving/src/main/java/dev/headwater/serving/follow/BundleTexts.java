package dev.headwater.serving.follow;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.Cdim;
import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.cdim.GeneratedEmbedding;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.serving.users.TextRows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows from texts by a bundle's text encoder and source items. Both are read when the first text
 * comes (seconds, and some hundred megabytes), for most nodes never need them. Thread-safe, one
 * call at a time.
 */
final class BundleTexts implements TextRows, AutoCloseable {
  private final SourceBundle bundle;
  private @Nullable TextEncoder encoder;
  private @Nullable Cdim matcher;
  private boolean closed;

  BundleTexts(SourceBundle bundle) {
    this.bundle = bundle;
  }

  @Override
  public synchronized float[][] rows(List<String> texts) {
    if (closed) {
      throw new IllegalStateException("the model is not in use any more");
    }
    TextEncoder open = encoder;
    Cdim sources = matcher;
    if (open == null || sources == null) {
      sources = new Cdim(CdimConfig.defaults(), List.of(bundle.sourcePool()));
      open = bundle.newTextEncoder();
      matcher = sources;
      encoder = open;
    }
    return sources.generate(open.encode(texts)).stream()
        .map(GeneratedEmbedding::vector)
        .toArray(float[][]::new);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (encoder != null) {
      encoder.close();
    }
  }
}
