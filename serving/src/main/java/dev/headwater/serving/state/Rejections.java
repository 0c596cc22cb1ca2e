package dev.headwater.serving.state;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last refusal of each item, the newest of them only. Safe for concurrent use. */
public final class Rejections {
  private final int limit;
  private final Map<String, Rejection> byKey = new LinkedHashMap<>();

  /** Keeps at most {@code limit} refusals. */
  public Rejections(int limit) {
    this.limit = limit;
  }

  /** Remembers a refusal of {@code domain/item}. */
  public synchronized void add(String key, Rejection rejection) {
    byKey.remove(key);
    byKey.put(key, rejection);
    if (byKey.size() > limit) {
      byKey.remove(byKey.keySet().iterator().next());
    }
  }

  /** Returns the last refusal of {@code domain/item}, or null. */
  public synchronized @Nullable Rejection get(String key) {
    return byKey.get(key);
  }
}
