package dev.headwater.jobs.finetune;

import dev.headwater.events.Keys;
import java.io.Serializable;

/**
 * Under which key what is kept of an item stands in Flink's state, and by which it is sent to its
 * owner: in a job of one domain the item's id, as ever; in a job of many the domain stands before
 * it.
 *
 * @param only the domain of a job of one, empty for a job of many
 */
record StateKeys(String only) implements Serializable {
  String of(String domain, String item) {
    return only.isEmpty() ? Keys.of(domain, item) : item;
  }

  String domain(String key) {
    return only.isEmpty() ? key.substring(0, key.indexOf('/')) : only;
  }

  String item(String key) {
    return only.isEmpty() ? key.substring(key.indexOf('/') + 1) : key;
  }
}
