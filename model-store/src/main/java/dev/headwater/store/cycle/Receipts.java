package dev.headwater.store.cycle;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/** Receipts of deletions as JSON. */
final class Receipts {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Receipts() {}

  static String json(String key, String who, int tables, Map<String, Long> hopsMs) {
    Map<String, Object> receipt = new LinkedHashMap<>();
    receipt.put("key", key);
    receipt.put("hop", "model-store");
    receipt.put("requested_by", who);
    receipt.put("tables", tables);
    receipt.put("absent_ms", hopsMs.getOrDefault("snapshots", 0L));
    receipt.put("hops_ms", hopsMs);
    return JSON.valueToTree(receipt).toString();
  }
}
