package dev.headwater.serving.follow;

import dev.headwater.idp.bundle.SourceBundle;
import dev.headwater.serving.state.SourceTitles;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Titles out of a bundle, read when the first is asked for: people look at few nodes. Thread-safe.
 */
final class BundleTitles implements SourceTitles {
  private final SourceBundle bundle;
  private volatile @Nullable Map<String, Map<String, String>> titles;

  BundleTitles(SourceBundle bundle) {
    this.bundle = bundle;
  }

  @Override
  public @Nullable String title(String domain, String item) {
    Map<String, Map<String, String>> read = titles;
    if (read == null) {
      read = read();
    }
    return read.getOrDefault(domain, Map.of()).get(item);
  }

  private synchronized Map<String, Map<String, String>> read() {
    Map<String, Map<String, String>> read = titles;
    if (read == null) {
      read = bundle.titles();
      titles = read;
    }
    return read;
  }
}
