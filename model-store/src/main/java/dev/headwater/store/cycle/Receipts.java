package dev.headwater.store.cycle;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Receipts of deletions: key {@code model-store/domain/item/ID}, value JSON with the hop, the item,
 * the time the request was published and the time nothing was left here.
 */
final class Receipts {
  private static final String HOP = "model-store";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Receipts() {}

  static String key(Deletions.Request request) {
    return HOP + "/" + request.domain() + "/item/" + request.item();
  }

  static String json(Deletions.Request request, int tables, Map<String, Long> hopsMs) {
    Map<String, Object> receipt = new LinkedHashMap<>();
    receipt.put("hop", HOP);
    receipt.put("domain", request.domain());
    receipt.put("item", request.item());
    receipt.put("erased_ms", request.requestedMs());
    receipt.put("absent_ms", hopsMs.getOrDefault("snapshots", 0L));
    receipt.put("requested_by", request.who());
    receipt.put("tables", tables);
    receipt.put("hops_ms", hopsMs);
    return JSON.valueToTree(receipt).toString();
  }
}
