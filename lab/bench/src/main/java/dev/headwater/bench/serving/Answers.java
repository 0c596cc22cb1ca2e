package dev.headwater.bench.serving;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads answers without a JSON parser: the sender reads thousands a second. */
final class Answers {
  private static final String ITEM = "{\"item\":\"";

  private Answers() {}

  static List<String> items(String body) {
    List<String> items = new ArrayList<>();
    for (int at = body.indexOf(ITEM); at >= 0; at = body.indexOf(ITEM, at + 1)) {
      int start = at + ITEM.length();
      items.add(body.substring(start, body.indexOf('"', start)));
    }
    return items;
  }

  /** Asks for an exact answer: whether a node gives ten items. */
  static boolean isExact(RawClient client) throws IOException {
    String history = "{\"history\":[\"" + BenchData.item(0) + "\"],\"exact\":true}";
    RawClient.Answer answer = client.post("/v1/domains/bench/recommendations", history);
    return answer.status() == 200 && items(answer.body()).size() == 10;
  }
}
