package dev.headwater.serving.follow;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.idp.cdim.CdimConfig;
import dev.headwater.idp.cdim.ColdStartRows;
import dev.headwater.idp.text.TextEncoder;
import dev.headwater.serving.users.TextRows;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows from texts by ColdStartJob's rule for a domain without trained items: a node knows no texts
 * of those that rows stand for, only the bundle's text encoder and source items. Both are read when
 * the first text comes (seconds, and some hundred megabytes), for most nodes never need them.
 * Thread-safe, one call at a time.
 */
final class BundleTexts implements TextRows, AutoCloseable {
  private final SourceBundle bundle;
  private @Nullable TextEncoder encoder;
  private @Nullable ColdStartRows maker;
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
    ColdStartRows sources = maker;
    if (open == null || sources == null) {
      sources = bundle.coldStart(CdimConfig.defaults());
      open = bundle.newTextEncoder();
      maker = sources;
      encoder = open;
    }
    return sources.make(open.encode(texts)).stream()
        .map(row -> row.isFallback() ? new float[0] : row.vector())
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
