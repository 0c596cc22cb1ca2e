package dev.headwater.serving.state;

import dev.headwater.client.answers.Rejection;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
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

  /** Returns the newest refusals with such keys, the newest first. */
  public synchronized List<Map.Entry<String, Rejection>> newest(Predicate<String> keys, int count) {
    ArrayDeque<Map.Entry<String, Rejection>> newest = new ArrayDeque<>();
    for (Map.Entry<String, Rejection> each : byKey.entrySet()) {
      if (keys.test(each.getKey())) {
        newest.addFirst(Map.entry(each.getKey(), each.getValue()));
        if (newest.size() > count) {
          newest.removeLast();
        }
      }
    }
    return List.copyOf(newest);
  }

  /** Returns the last refusal of {@code domain/item}, or null. */
  public synchronized @Nullable Rejection get(String key) {
    return byKey.get(key);
  }
}
